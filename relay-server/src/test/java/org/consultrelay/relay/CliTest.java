package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.consultrelay.relay.api.TokenRefusal;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.config.RelayConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<RelayConfig> started = new ArrayList<>();

  @TempDir Path directory;

  private OptionalInt execute(String... args) {
    return execute((config, files) -> started.add(config), args);
  }

  private OptionalInt execute(RelayStarter starter, String... args) {
    return Cli.execute(
        starter, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void runIsTheDefaultAndStays() {
    assertThat(execute("--dev", "--set", "http.port=0")).isEmpty();
    assertThat(execute("run", "--dev")).isEmpty();
    assertThat(started).hasSize(2);
    assertThat(started.getFirst().http().port()).isZero();
    assertThat(started.getFirst().dev()).isTrue();
  }

  @Test
  void aWrongConfigurationIsExitCode2AndALine() throws Exception {
    Path file = Files.writeString(directory.resolve("relay.yaml"), "http:\n  port: 99999\n");
    for (String command : List.of("run", "check-config")) {
      assertThat(execute(command, "--dev", "--config", file.toString())).hasValue(2);
    }
    assertThat(started).isEmpty();
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("http.port: \"99999\" cannot be used;"));
  }

  @Test
  void aStartThatFailsIsExitCode1AndALine() {
    OptionalInt code =
        execute(
            (config, files) -> {
              throw new IllegalStateException("port 7880 is taken");
            },
            "--dev");
    assertThat(code).hasValue(1);
    assertThat(err).hasToString("the relay cannot start: port 7880 is taken\n");
  }

  @Test
  void checkConfigStartsNothingAndKeepsSecrets() throws Exception {
    Path file = Files.writeString(directory.resolve("relay.yaml"), "keys:\n  app: " + SECRET);
    assertThat(execute("check-config", "--config", file.toString())).hasValue(0);
    assertThat(started).isEmpty();
    assertThat(out.toString()).contains("is good").doesNotContain(SECRET);
  }

  @Test
  void tokenIsForTheOneKeyThatIsConfigured() {
    assertThat(execute("token", "--dev", "--room", "r", "--identity", "i")).hasValue(0);
    joins("devkey", "secret");
  }

  @Test
  void tokenTakesAKeyAndSecretWithoutConfiguration() {
    assertThat(execute("token", "--room", "r", "--identity", "i", "--key", "k", "--secret", SECRET))
        .hasValue(0);
    joins("k", SECRET);
  }

  private void joins(String key, String secret) {
    TokenVerifier verifier = new TokenVerifier(Map.of(key, secret), InstantSource.system());
    assertThat(verifier.verifyJoin(out.toString().strip()))
        .isInstanceOfSatisfying(
            VerifiedToken.class,
            token -> {
              assertThat(token.grants().identity()).isEqualTo("i");
              assertThat(token.grants().video().room()).isEqualTo("r");
            });
  }

  @Test
  void tokenForABackEndJoinsNothing() {
    assertThat(execute("token", "--server", "--key", "k", "--secret", SECRET)).hasValue(0);
    TokenVerifier verifier = new TokenVerifier(Map.of("k", SECRET), InstantSource.system());
    String token = out.toString().trim();
    assertThat(verifier.verifyJoin(token)).isInstanceOf(TokenRefusal.class);
    assertThat(verifier.verify(token))
        .isInstanceOfSatisfying(
            VerifiedToken.class,
            verified -> {
              assertThat(verified.grants().video().roomCreate()).isTrue();
              assertThat(verified.grants().video().roomAdmin()).isFalse();
            });
  }

  @Test
  void tokenSaysWhatIsMissing() {
    assertThat(execute("token", "--dev", "--room", "r")).hasValue(2);
    assertThat(err.toString()).contains("--identity");
    assertThat(execute("token", "--dev", "--room", "r", "--identity", "i", "--key", "no"))
        .hasValue(2);
    assertThat(err.toString()).contains("--key: name one of the configured API keys");
    assertThat(execute("token", "--room", "r", "--identity", "i", "--secret", "s")).hasValue(2);
  }

  @Test
  void unknownOptionsAreExitCode2() {
    assertThat(execute("--deev")).hasValue(2);
    assertThat(execute("fly")).hasValue(2);
    assertThat(started).isEmpty();
  }

  @Test
  void helpAndVersionAreSaid() {
    assertThat(execute("--help")).hasValue(0);
    assertThat(out.toString()).contains("run").contains("token").contains("check-config");
    assertThat(execute("version")).hasValue(0);
    assertThat(out.toString()).contains("Consult Relay development on Java 25");
  }

  /** On the machine that the tests run on, whose ports are asked for as any that are free. */
  @Test
  void theDoctorLooksAtThisMachine() {
    String[] anyPorts = {
      "--dev",
      "--set",
      "http.port=0",
      "--set",
      "ops.port=0",
      "--set",
      "net.mediaPort=0",
      "--set",
      "turn.udpPort=0",
      "--set",
      "turn.tcpPort=0",
      "--set",
      "tcp.icePort=0",
      "--set",
      "net.packetMemory=16MiB",
      "--set",
      "net.io=auto"
    };
    List<String> arguments = new ArrayList<>(List.of("doctor", "--json"));
    arguments.addAll(List.of(anyPorts));

    assertThat(execute(arguments.toArray(String[]::new))).hasValue(0);
    assertThat(out.toString())
        .startsWith("{\"ok\":true,")
        .contains("\"check\":\"ports\"", "\"check\":\"memory\"", "\"check\":\"kernel\"");
    assertThat(started).isEmpty();
  }

  @Test
  void theDoctorsProblemsAreExitCode1() throws Exception {
    try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      String port = "http.port=" + taken.getLocalPort();
      assertThat(execute("doctor", "--dev", "--set", "ops.port=0", "--set", port)).hasValue(1);
      assertThat(out.toString()).contains("problem  ports", "http.port");
    }
  }
}
