package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantKind;
import org.consultrelay.relay.room.ParticipantProfile;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomLimits;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.junit.jupiter.api.Test;

/** What is told of rooms, and what that costs a loop. */
class RoomInspectionTest {
  private final AtomicInteger tasks = new AtomicInteger();

  private Rooms rooms(Executor executor) {
    RoomLoop loop = new RoomLoop(executor, () -> 0, new TimerWheel(0), null, List.of());
    SessionLog log =
        new SessionLog(
            (_, _) -> {}, _ -> {}, new AuditLog(Optional.empty(), InstantSource.system()));
    return new Rooms(
        List.of(loop),
        new RoomLimits(
            Duration.ofMinutes(1), Duration.ofMinutes(5), 1_000, 10_000, 1_000, false, 6, 12),
        log,
        new SecureRandom());
  }

  private Rooms counted() {
    return rooms(task -> {
      tasks.incrementAndGet();
      task.run();
    });
  }

  private static Participant enter(Room room, String identity) {
    ParticipantProfile profile =
        new ParticipantProfile(
            identity, "Jane", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD);
    if (room.join(profile) instanceof RoomResult.Done<Participant>(Participant in)) {
      return in;
    }
    throw new AssertionError("not let in");
  }

  private static void fill(Rooms rooms, String name, int people) {
    rooms
        .inRoom(
            name,
            room -> {
              for (int i = 0; i < people; i++) {
                enter(room, name + "-person-" + i);
              }
              return new RoomResult.Done<>(people);
            })
        .join();
  }

  @Test
  void roomsComePageByPageAndEachOnce() {
    Rooms rooms = counted();
    for (int i = 0; i < 120; i++) {
      fill(rooms, "surgery-" + i, i % 3);
    }
    RoomInspection inspection = new RoomInspection(rooms, 1_000);
    Set<String> seen = new HashSet<>();
    for (int page = 0; page < 3; page++) {
      tasks.set(0);
      JsonObject answer = inspection.rooms(page);
      assertThat(answer.getInteger("pages")).isEqualTo(3);
      assertThat(answer.getInteger("rooms")).isEqualTo(120);
      JsonArray list = answer.getJsonArray("list");
      assertThat(list.size()).isEqualTo(page < 2 ? RoomInspection.PAGE : 20);
      assertThat(tasks).as("one for each room").hasValue(list.size());
      for (int i = 0; i < list.size(); i++) {
        seen.add(list.getJsonObject(i).getString("nameHash"));
      }
      assertThat(answer.encode()).doesNotContain("surgery");
    }
    assertThat(seen).hasSize(120).contains(InspectionJson.hash("surgery-7"));
    assertThat(inspection.rooms(3).getJsonArray("list").isEmpty()).isTrue();
    assertThat(inspection.rooms(1_000_000).getJsonArray("list").isEmpty()).isTrue();
  }

  @Test
  void aRoomIsFoundByItsSidAndByTheHashOfItsName() {
    Rooms rooms = counted();
    fill(rooms, "surgery-7", 2);
    RoomInspection inspection = new RoomInspection(rooms, 1_000);
    JsonObject byHash = inspection.room(InspectionJson.hash("surgery-7"), 0).orElseThrow();
    JsonObject bySid = inspection.room(byHash.getString("room"), 0).orElseThrow();
    assertThat(bySid.getJsonArray("list").size()).isEqualTo(2);
    assertThat(bySid.encode())
        .doesNotContain("surgery")
        .doesNotContain("person")
        .doesNotContain("Jane")
        .contains(InspectionJson.hash("surgery-7-person-1"));
    assertThat(inspection.room("surgery-7", 0)).isEmpty();
  }

  @Test
  void aLargeRoomComesInSmallTasks() {
    Rooms rooms = counted();
    fill(rooms, "lecture", 130);
    RoomInspection inspection = new RoomInspection(rooms, 1_000);
    tasks.set(0);
    JsonObject answer = inspection.room(InspectionJson.hash("lecture"), 1).orElseThrow();
    assertThat(answer.getInteger("participants")).isEqualTo(130);
    assertThat(answer.getInteger("pages")).isEqualTo(3);
    assertThat(answer.getJsonArray("list").size()).isEqualTo(RoomInspection.PAGE);
    assertThat(tasks).as("two for each participant").hasValue(2 + 2 * RoomInspection.PAGE);
  }

  @Test
  void aLoopThatDoesNotAnswerIsSaidNotTo() {
    AtomicBoolean stuck = new AtomicBoolean();
    Rooms rooms =
        rooms(task -> {
          tasks.incrementAndGet();
          if (!stuck.get()) {
            task.run();
          }
        });
    fill(rooms, "a", 1);
    fill(rooms, "b", 1);
    stuck.set(true);
    tasks.set(0);
    RoomInspection inspection = new RoomInspection(rooms, 20);
    JsonArray list = inspection.rooms(0).getJsonArray("list");
    assertThat(list.size()).isEqualTo(2);
    assertThat(list.getJsonObject(0).getString("problem")).contains("has not answered for 20 ms");
    assertThat(tasks).as("asked once").hasValue(1);
    assertThat(inspection.room(InspectionJson.hash("a"), 0).orElseThrow().encode())
        .contains("has not answered");
  }

  @Test
  void aConnectionIsShownWithItsStates() {
    try (TestRelay relay = TestRelay.start("127.0.0.1")) {
      Rooms rooms = relay.relay().rooms();
      RoomResult<PeerSession> opened =
          rooms.inRoom("surgery-9", room -> enter(room, "dr-jones").openSession()).join();
      if (!(opened instanceof RoomResult.Done<PeerSession>(PeerSession session))) {
        throw new AssertionError("no session");
      }
      RoomInspection inspection = new RoomInspection(rooms, 5_000);
      JsonObject found = inspection.session(session.id().substring(0, 6)).orElseThrow();
      JsonObject shown = found.getJsonObject("session");
      assertThat(shown.getMap())
          .containsEntry("session", session.id().substring(0, 6))
          .containsEntry("ice", "new")
          .containsEntry("dtls", "waiting")
          .containsEntry("path", "udp")
          .containsEntry("tracksLeftOut", 0);
      assertThat(shown.getJsonObject("call").getDouble("score")).isZero();
      assertThat(found.getJsonObject("participant").getString("identityHash"))
          .isEqualTo(InspectionJson.hash("dr-jones"));
      assertThat(found.encode()).doesNotContain(session.id()).doesNotContain("jones");
      assertThat(inspection.session(session.id().substring(0, 5))).as("too short").isEmpty();
      JsonObject room = inspection.room(InspectionJson.hash("surgery-9"), 0).orElseThrow();
      assertThat(room.getJsonArray("list").getJsonObject(0).getJsonArray("sessions").size())
          .isEqualTo(1);
    }
  }
}
