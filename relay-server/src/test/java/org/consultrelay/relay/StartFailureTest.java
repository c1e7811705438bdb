package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only shows when the relay tries to start ends it with one line that names the key. */
class StartFailureTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  /** For documentation (RFC 5737): no machine has it. */
  private static final String NOWHERE = "192.0.2.1";

  @TempDir Path directory;

  /** The one line that a start with these settings ends with; free ports unless they say so. */
  private static String failure(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    List<String> sets =
        new ArrayList<>(
            List.of(
                "keys.app=0123456789abcdef0123456789abcdef",
                "http.host=127.0.0.1",
                "http.port=0",
                "net.bind=127.0.0.1",
                "ops.port=0",
                "net.mediaPort=0",
                "turn.udpPort=0",
                "turn.tcpPort=0",
                "turn.tlsPort=0",
                "tcp.icePort=0",
                "net.loops=1",
                "net.packetMemory=16MiB"));
    sets.addAll(Arrays.asList(settings));
    sets.forEach(set -> arguments.addAll(List.of("--set", set)));
    StringWriter err = new StringWriter();
    assertThat(
            Cli.execute(
                (config, files) -> Relay.start(config, files).close(),
                Map.of(),
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                arguments.toArray(String[]::new)))
        .hasValue(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("the relay cannot start: ").doesNotContain("Exception");
    return err.toString().strip().substring("the relay cannot start: ".length());
  }

  @Test
  void aTakenHttpPort() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
      assertThat(failure("http.port=" + other.getLocalPort()))
          .isEqualTo(
              "http.port: TCP 127.0.0.1 port "
                  + other.getLocalPort()
                  + " is taken; stop what uses it, or choose another port");
    }
  }

  @Test
  void aTakenOperationsPort() throws Exception {
    int media = freeUdpPort();
    try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
      assertThat(failure("ops.port=" + other.getLocalPort(), "net.mediaPort=" + media))
          .startsWith("ops.port: TCP 127.0.0.1 port " + other.getLocalPort() + " is taken;");
    }
    // What was open by then is closed again.
    try (DatagramSocket again = new DatagramSocket(new InetSocketAddress(LOOPBACK, media))) {
      assertThat(again.isBound()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void aTakenMediaPort(String io) throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, LOOPBACK)) {
      assertThat(failure("net.mediaPort=" + other.getLocalPort(), "net.io=" + io))
          .startsWith("net.mediaPort: cannot bind UDP 127.0.0.1 port " + other.getLocalPort())
          .contains("Address already in use")
          .contains("; stop what uses UDP port " + other.getLocalPort() + ", or choose");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void anAddressThatTheMachineHasNot(String io) {
    assertThat(failure("http.host=" + NOWHERE, "net.io=" + io))
        .startsWith("http.host: 192.0.2.1 is not an address of this machine; use one that is");
    assertThat(failure("ops.host=" + NOWHERE, "net.io=" + io)).startsWith("ops.host: 192.0.2.1");
    assertThat(failure("net.bind=" + NOWHERE, "net.io=" + io))
        .startsWith("net.bind: cannot bind UDP 192.0.2.1")
        .endsWith("; name addresses that this machine has");
  }

  @Test
  void aCertificateThatIsNone() throws Exception {
    Path certificate = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    Files.writeString(
        certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThat(failure("http.tls.certificate=" + certificate, "http.tls.key=" + key))
        .startsWith("http.tls.certificate: this certificate and key cannot be used: ");
  }

  private static int freeUdpPort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }
}
