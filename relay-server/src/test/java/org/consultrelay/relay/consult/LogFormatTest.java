package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole process writes down. */
class LogFormatTest {
  @TempDir Path directory;

  @Test
  void eachLineOfTheLogIsAnObjectAndTheAuditLogIsApart() throws Exception {
    Path audit = directory.resolve("audit.jsonl");
    List<String> log;
    try (RelayChild relay =
        RelayChild.start("log.format=json", "log.audit=" + audit, "ops.drainDeadline=0s")) {
      String token = relay.token("surgery-7", "dr-jones");
      assertThat(
              relay
                  .ask("POST", "/whip/v1", token, ChromiumOffer.whip().text(), "application/sdp")
                  .statusCode())
          .isEqualTo(201);
      relay.terminate();
      assertThat(relay.awaitExit()).isZero();
      log = relay.said().stream().filter(line -> line.startsWith("{")).toList();
    }
    assertThat(log)
        .anySatisfy(line -> {
          JsonObject event = new JsonObject(line);
          assertThat(event.getString("level")).isEqualTo("INFO");
          assertThat(event.getString("formattedMessage")).startsWith("ready after ");
          assertThat(event.getLong("timestamp")).isPositive();
        })
        .allSatisfy(line -> assertThat(line).doesNotContain("dr-jones", "surgery-7"));
    assertThat(Files.readAllLines(audit))
        .extracting(line -> new JsonObject(line))
        .extracting(
            line -> line.getString("event"),
            line -> line.getString("room"),
            line -> line.getString("identity"),
            line -> line.getString("reason"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("joined", "surgery-7", "dr-jones", null),
            org.assertj.core.groups.Tuple.tuple(
                "left", "surgery-7", "dr-jones", "server_shutdown"));
  }
}
