package org.consultrelay.relay.ops;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was in which room from when to when, by the ids of their tokens, and what servers did there,
 * as JSON lines in a file of its own; nothing of what they said. A disk that is slow or full never
 * holds up a call: what it does not take in time is counted and left out. Any thread.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  /** A peak's joins, while the disk takes a breath. */
  private static final int WAITING = 50_000;

  private static final int BATCH = 500;
  private static final long WAIT_MILLIS = 200;
  private static final long LAST_MILLIS = 2_000;

  private final InstantSource clock;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING);
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final @Nullable Path file;
  private final @Nullable Thread writer;
  private volatile boolean closed;

  /**
   * An audit log.
   *
   * @param file to append to; empty: nothing is kept
   */
  public AuditLog(Optional<Path> file, InstantSource clock) {
    this.clock = clock;
    this.file = file.orElse(null);
    this.writer =
        this.file == null ? null : Thread.ofPlatform().daemon().name("audit").start(this::write);
  }

  /** Somebody is in. */
  public void joined(Participant participant) {
    note("joined", participant, null);
  }

  /** Somebody is out. */
  public void left(Participant participant) {
    note("left", participant, participant.departure());
  }

  /**
   * A server did something to a room or to somebody in it.
   *
   * @param apiKey whose token it had
   * @param method as the server API calls it
   * @param identity to whom; empty: to the room
   */
  public void acted(String apiKey, String method, String room, String identity) {
    if (file != null) {
      JsonObject line = line("acted").put("key", apiKey).put("method", method).put("room", room);
      if (!identity.isEmpty()) {
        line.put("identity", identity);
      }
      offer(line);
    }
  }

  private JsonObject line(String event) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new JsonObject().put("time", now.toString()).put("event", event);
  }

  private void offer(JsonObject line) {
    if (!lines.offer(line.encode())) {
      lost.incrementAndGet();
    }
  }

  /**
   * Something was done in a consultation: somebody let in, put out, a link revoked.
   *
   * @param event a word
   * @param room where
   * @param actor the identity of who did it; empty: the practice's back end, or time
   * @param subject the identity of whom it was done to; may be empty
   */
  public void consulted(String event, String room, String actor, String subject) {
    if (file != null) {
      JsonObject line = line(event).put("room", room);
      if (!actor.isEmpty()) {
        line.put("by", actor);
      }
      if (!subject.isEmpty()) {
        line.put("identity", subject);
      }
      offer(line);
    }
  }

  private void note(String event, Participant participant, @Nullable DepartureReason reason) {
    if (file != null) {
      note(
          event,
          participant.room().name(),
          participant.room().sid(),
          participant.identity(),
          participant.sid(),
          reason);
    }
  }

  void note(
      String event,
      String room,
      String roomSid,
      String identity,
      String sid,
      @Nullable DepartureReason reason) {
    JsonObject line =
        line(event)
            .put("room", room)
            .put("roomSid", roomSid)
            .put("identity", identity)
            .put("participantSid", sid);
    if (reason != null) {
      line.put("reason", reason.name().toLowerCase(Locale.ROOT));
    }
    offer(line);
  }

  /** Lines that are in the file. */
  public long written() {
    return written.get();
  }

  /** Lines that are not, because the disk did not take them. */
  public long lost() {
    return lost.get();
  }

  private void write() {
    List<String> batch = new ArrayList<>();
    boolean failing = false;
    while (true) {
      try {
        batch.clear();
        boolean last = closed;
        String first = lines.poll(last ? 0 : WAIT_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (last) {
            return;
          }
          continue;
        }
        batch.add(first);
        lines.drainTo(batch, BATCH - 1);
        append(batch);
        written.addAndGet(batch.size());
        failing = false;
      } catch (InterruptedException e) {
        // Nobody does.
        return;
      } catch (IOException e) {
        lost.addAndGet(batch.size());
        if (!failing) {
          LOG.error("the audit log cannot be written: {}", e.toString());
          failing = true;
        }
      }
    }
  }

  /** Opened each time, so that it may be moved away at any moment. */
  private void append(List<String> batch) throws IOException {
    Path to = file;
    if (to == null) {
      return;
    }
    if (!Files.exists(to)) {
      create(to);
    }
    try (BufferedWriter out =
        Files.newBufferedWriter(
            to, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line : batch) {
        out.write(line);
        out.write('\n');
      }
    }
  }

  /** For its owner's eyes, where the file system knows owners. */
  private static void create(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  /** Writes what waits, and stops. */
  @Override
  public void close() {
    closed = true;
    Thread thread = writer;
    if (thread != null) {
      try {
        thread.join(LAST_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
