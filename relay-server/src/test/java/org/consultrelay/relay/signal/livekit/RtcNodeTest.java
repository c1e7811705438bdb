package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A consultation of two processes on LiveKit's Rust core ({@code @livekit/rtc-node}): a client that
 * shares nothing with browsers' SDK. Skipped where npm cannot bring it.
 */
@ExtendWith(RelayFixture.class)
class RtcNodeTest {
  private static final Path SOURCE = Path.of("src/test/npm");
  static final Path INSTALLED = Path.of("target/rtc-node");
  private static final List<String> FILES =
      List.of(".npmrc", "package.json", "package-lock.json", "participant.mjs", "guest.mjs");
  private static final long INSTALL_SECONDS = 120;
  private static final long CALL_SECONDS = 60;

  @Test
  @Timeout(240)
  void twoTalkWithSoundPicturesAndData(TestRelay relay) throws Exception {
    assumeTrue(installed(), "npm cannot install @livekit/rtc-node here");
    String room = RelayFixture.freshRoom();
    Process nurse = participant(relay, room, "nurse");
    Process patient = participant(relay, room, "patient");
    try {
      expectACallWith("patient", nurse, "nurse");
      expectACallWith("nurse", patient, "patient");
    } finally {
      nurse.destroyForcibly();
      patient.destroyForcibly();
    }
  }

  private static void expectACallWith(String other, Process process, String name)
      throws IOException, InterruptedException {
    boolean ended = process.waitFor(CALL_SECONDS, TimeUnit.SECONDS);
    String log = Files.readString(log(name));
    assertThat(ended).as("%s left of its own accord: %s", name, log).isTrue();
    assertThat(process.exitValue()).as("%s: %s", name, log).isZero();
    JsonNode seen =
        new ObjectMapper()
            .readTree(
                log.lines()
                    .filter(line -> line.startsWith("{\"pictures"))
                    .findFirst()
                    .orElseThrow());
    assertThat(seen.get("from").asText()).isEqualTo(other);
    assertThat(seen.get("pictures").asInt()).isGreaterThanOrEqualTo(20);
    assertThat(seen.get("sounds").asInt()).isGreaterThanOrEqualTo(50);
    assertThat(seen.get("loudest").asInt()).as("a tone, not silence").isGreaterThan(1_000);
    assertThat(seen.get("said").asText()).isEqualTo("hello from " + other);
  }

  private static Process participant(TestRelay relay, String room, String name) throws IOException {
    return new ProcessBuilder(
            "node",
            "participant.mjs",
            relay.url().replaceFirst("^http", "ws"),
            relay.token(room, name),
            name)
        .directory(INSTALLED.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log(name).toFile())
        .start();
  }

  private static Path log(String name) {
    return INSTALLED.resolve(name + ".log").toAbsolutePath();
  }

  /** Brings the client under {@code target}; false where it cannot be had. */
  static boolean installed() throws InterruptedException {
    try {
      Files.createDirectories(INSTALLED);
      for (String file : FILES) {
        Files.write(INSTALLED.resolve(file), Files.readAllBytes(SOURCE.resolve(file)));
      }
      Process install =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log("install").toFile())
              .start();
      if (!install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
        install.destroyForcibly();
        return false;
      }
      return install.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
