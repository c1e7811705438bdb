package org.consultrelay.relay;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.consultrelay.relay.ops.Inspection;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.Rooms;
import org.jspecify.annotations.Nullable;

/**
 * Looks into rooms, each on its own loop, with one small task after the other: a room, a
 * participant, a connection with a bounded number of tracks. Between two of them the loop does what
 * it is there for.
 */
final class RoomInspection implements Inspection {
  /** Rooms, or participants, in one answer. */
  static final int PAGE = 50;

  /** Connections of one participant. */
  static final int MOST_SESSIONS = 8;

  /** Tracks each way of one connection. */
  static final int MOST_TRACKS = 32;

  /** A loop that has not answered by then is said not to. */
  static final long PATIENCE_MILLIS = 2_000;

  /** As in the log. */
  private static final int LEAST_LETTERS = 6;

  private final Rooms rooms;
  private final long patienceMillis;

  /**
   * Looks into these.
   *
   * @param patienceMillis how long a loop may take to answer
   */
  RoomInspection(Rooms rooms, long patienceMillis) {
    this.rooms = rooms;
    this.patienceMillis = patienceMillis;
  }

  @Override
  public JsonObject rooms(int page) {
    List<Room> all = rooms.all();
    JsonObject answer = paged(all.size(), page);
    JsonArray list = new JsonArray();
    boolean stuck = false;
    for (Room room : portion(all, page)) {
      JsonObject each = InspectionJson.room(room, loopOf(room));
      // One loop that does not answer must not cost two seconds for each of its rooms.
      list.add(stuck ? each : each.mergeIn(ask(room.loop(), () -> InspectionJson.numbers(room))));
      stuck |= each.containsKey(InspectionJson.PROBLEM);
    }
    return answer
        .put("rooms", rooms.roomCount())
        .put("participants", rooms.participantCount())
        .put("list", list);
  }

  @Override
  public Optional<JsonObject> room(String which, int page) {
    Optional<Room> found =
        rooms.all().stream()
            .filter(
                each -> each.sid().equals(which) || InspectionJson.hash(each.name()).equals(which))
            .findFirst();
    return found.map(room -> room(room, page));
  }

  private JsonObject room(Room room, int page) {
    JsonObject about = InspectionJson.room(room, loopOf(room));
    About<List<Participant>> in = on(room.loop(), () -> List.copyOf(room.participants()));
    if (in.value() == null) {
      return about.put(InspectionJson.PROBLEM, in.problem());
    }
    List<Participant> all = in.value();
    about
        .mergeIn(paged(all.size(), page))
        .mergeIn(ask(room.loop(), () -> InspectionJson.numbers(room)));
    JsonArray list = new JsonArray();
    for (Participant participant : portion(all, page)) {
      JsonObject each = participant(participant);
      list.add(each);
      if (each.containsKey(InspectionJson.PROBLEM)) {
        break;
      }
    }
    return about.put("list", list);
  }

  private JsonObject participant(Participant participant) {
    RoomLoop loop = participant.room().loop();
    JsonObject about = ask(loop, () -> InspectionJson.participant(participant));
    About<List<PeerSession>> sessions = on(loop, participant::sessions);
    if (sessions.value() == null) {
      return about.put(InspectionJson.PROBLEM, sessions.problem());
    }
    JsonArray list = new JsonArray();
    for (PeerSession session : first(sessions.value(), MOST_SESSIONS)) {
      list.add(ask(loop, () -> InspectionJson.session(session, MOST_TRACKS)));
    }
    int more = sessions.value().size() - list.size();
    return about.put("sessions", list).put("sessionsLeftOut", more);
  }

  @Override
  public Optional<JsonObject> session(String beginning) {
    if (beginning.length() < LEAST_LETTERS) {
      return Optional.empty();
    }
    return rooms.sessions(beginning, 1).stream()
        .findFirst()
        .map(session -> {
          Room room = session.participant().room();
          JsonObject about = InspectionJson.room(room, loopOf(room));
          return new JsonObject()
              .put("room", about)
              .put(
                  "participant",
                  ask(room.loop(), () -> InspectionJson.participant(session.participant())))
              .put("session", ask(room.loop(), () -> InspectionJson.session(session, MOST_TRACKS)));
        });
  }

  private int loopOf(Room room) {
    return rooms.loops().indexOf(room.loop());
  }

  private static JsonObject paged(int all, int page) {
    return new JsonObject().put("page", page).put("pages", (all + PAGE - 1) / PAGE);
  }

  private static <T> List<T> portion(List<T> all, int page) {
    int from = (int) Math.min(all.size(), (long) page * PAGE);
    return all.subList(from, Math.min(all.size(), from + PAGE));
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(all.size(), most));
  }

  private JsonObject ask(RoomLoop loop, Supplier<JsonObject> task) {
    About<JsonObject> about = on(loop, task);
    JsonObject value = about.value();
    return value == null ? new JsonObject().put(InspectionJson.PROBLEM, about.problem()) : value;
  }

  /** What a loop said, or why it did not. */
  private record About<T>(@Nullable T value, String problem) {}

  private <T> About<T> on(RoomLoop loop, Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        answer.complete(task.get());
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return new About<>(answer.get(patienceMillis, TimeUnit.MILLISECONDS), "");
    } catch (TimeoutException e) {
      return new About<>(null, "its loop has not answered for " + patienceMillis + " ms");
    } catch (ExecutionException e) {
      return new About<>(null, "cannot be looked at: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new About<>(null, "interrupted");
    }
  }
}
