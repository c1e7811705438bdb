package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
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
  private static final long CALL_SECONDS = 60;

  @Test
  @Timeout(240)
  void twoTalkWithSoundPicturesAndData(TestRelay relay) throws Exception {
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
    String log = Files.readString(RtcNode.log(name));
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
        .directory(RtcNode.directory().toFile())
        .redirectErrorStream(true)
        .redirectOutput(RtcNode.log(name).toFile())
        .start();
  }
}
