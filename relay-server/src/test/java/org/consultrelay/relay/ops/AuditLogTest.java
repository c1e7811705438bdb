package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.room.DepartureReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Instant NOON = Instant.parse("2030-01-07T12:00:00.123456Z");

  @TempDir Path directory;

  private static void awaitLines(AuditLog log, long lines) throws InterruptedException {
    for (int i = 0; i < 500 && log.written() < lines; i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(log.written()).isEqualTo(lines);
  }

  @Test
  void eachLineIsOneEventAndNothingForgesAnother() throws Exception {
    Path file = directory.resolve("audit.jsonl");
    try (AuditLog log = new AuditLog(Optional.of(file), () -> NOON)) {
      log.note("joined", "room", "RM_1", "ann\n{\"event\":\"left\"}", "PA_1", null);
      log.note("left", "room", "RM_1", "ann", "PA_1", DepartureReason.SIGNAL_LOST);
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(new JsonObject(lines.getFirst()).getString("identity"))
        .isEqualTo("ann\n{\"event\":\"left\"}");
    assertThat(lines.getLast())
        .isEqualTo(
            "{\"time\":\"2030-01-07T12:00:00.123Z\",\"event\":\"left\",\"room\":\"room\","
                + "\"roomSid\":\"RM_1\",\"identity\":\"ann\",\"participantSid\":\"PA_1\","
                + "\"reason\":\"signal_lost\"}");
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFileThatIsMovedAwayIsBegunAnewAndOneThatIsThereIsAppendedTo() throws Exception {
    Path file = directory.resolve("audit.jsonl");
    Files.writeString(file, "before\n");
    try (AuditLog log = new AuditLog(Optional.of(file), () -> NOON)) {
      log.note("joined", "room", "RM_1", "ann", "PA_1", null);
      awaitLines(log, 1);
      Files.move(file, directory.resolve("audit.1"));
      log.note("joined", "room", "RM_1", "bob", "PA_2", null);
      awaitLines(log, 2);
    }
    assertThat(Files.readAllLines(directory.resolve("audit.1"))).hasSize(2).contains("before");
    assertThat(Files.readAllLines(file)).singleElement().asString().contains("\"bob\"");
  }

  @Test
  void aDiskThatTakesNothingIsCountedAndHoldsNobodyUp() throws Exception {
    Path gone = directory.resolve("gone");
    try (AuditLog log = new AuditLog(Optional.of(gone.resolve("audit.jsonl")), () -> NOON)) {
      for (int i = 0; i < 1_000; i++) {
        log.note("joined", "room", "RM_1", "ann", "PA_1", null);
      }
      for (int i = 0; i < 500 && log.lost() < 1_000; i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(log.lost()).isEqualTo(1_000);
      Files.createDirectory(gone);
      log.note("joined", "room", "RM_1", "ann", "PA_1", null);
      awaitLines(log, 1);
    }
  }
}
