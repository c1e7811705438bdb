package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.net.TimerWheel;
import org.junit.jupiter.api.Test;

/** How long rooms last that were made beforehand, in virtual time. */
class ReservedRoomTest {
  private static final long SECOND = 1_000_000_000L;

  private final TimerWheel timers = new TimerWheel(0);
  private long now;
  private final RoomLoop loop = new RoomLoop(Runnable::run, () -> now, timers, null, List.of());
  private final Rooms rooms =
      new Rooms(
          List.of(loop),
          new RoomLimits(Duration.ofSeconds(20), Duration.ofSeconds(300), 100, 100, 5, false, 0, 0),
          new RoomEvents() {},
          new SecureRandom());

  private void pass(long seconds) {
    now += seconds * SECOND;
    timers.advance(now);
  }

  private Room reserve(RoomSettings settings) {
    return rooms
                .inRoom(
                    "r",
                    room -> {
                      room.configure(settings);
                      room.reserve();
                      return new RoomResult.Done<>(room);
                    })
                .join()
            instanceof RoomResult.Done<Room>(Room room)
        ? room
        : null;
  }

  private RoomResult<Participant> join(String identity) {
    ParticipantProfile profile =
        new ParticipantProfile(
            identity, "", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD);
    return rooms.inRoom("r", room -> room.enter(profile)).join();
  }

  @Test
  void itWaitsForItsFirstParticipantAndThenAsAnyRoom() {
    reserve(RoomSettings.USUAL);
    pass(299);
    assertThat(rooms.roomCount()).isEqualTo(1);
    pass(2);
    assertThat(rooms.roomCount()).isZero();

    Room room = reserve(RoomSettings.USUAL);
    pass(250);
    join("ann");
    pass(10_000);
    assertThat(rooms.roomCount()).isEqualTo(1);
    room.participant("ann").remove(DepartureReason.LEFT);
    pass(19);
    assertThat(rooms.roomCount()).isEqualTo(1);
    pass(2);
    assertThat(rooms.roomCount()).isZero();
  }

  @Test
  void whoReservesItAgainGetsTheWholeTime() {
    Room room = reserve(RoomSettings.USUAL);
    join("ann");
    room.participant("ann").remove(DepartureReason.LEFT);
    pass(15);
    assertThat(reserve(RoomSettings.USUAL)).isSameAs(room);
    pass(299);
    assertThat(rooms.roomCount()).isEqualTo(1);
    pass(2);
    assertThat(rooms.roomCount()).isZero();
  }

  @Test
  void itsOwnTimesGoBeforeTheRelays() {
    Room room =
        reserve(new RoomSettings(Duration.ofSeconds(1_000), Duration.ofSeconds(5), 2, "agenda"));
    assertThat(room.metadata()).isEqualTo("agenda");
    pass(999);
    assertThat(rooms.roomCount()).isEqualTo(1);
    join("ann");
    join("bob");
    assertThat(join("eve")).isInstanceOf(RoomResult.Refused.class);
    // Who configures it later is too late.
    reserve(new RoomSettings(null, null, 50, "another"));
    assertThat(room.maxParticipants()).isEqualTo(2);
    assertThat(room.metadata()).isEqualTo("agenda");
    room.participant("ann").remove(DepartureReason.LEFT);
    room.participant("bob").remove(DepartureReason.LEFT);
    pass(6);
    assertThat(rooms.roomCount()).isZero();
  }

  @Test
  void aRoomThatSomebodyJoinedFirstCanStillBeConfigured() {
    join("ann");
    Room room = reserve(new RoomSettings(null, null, 50, "agenda"));
    assertThat(room.metadata()).isEqualTo("agenda");
    assertThat(room.maxParticipants()).as("never more than the relay's").isEqualTo(5);
  }

  @Test
  void repetitionsAreToldWithinBounds() {
    Room room = reserve(RoomSettings.USUAL);
    assertThat(room.isFirst("a")).isTrue();
    assertThat(room.isFirst("a")).isFalse();
    for (int i = 0; i < 1_023; i++) {
      assertThat(room.isFirst("b" + i)).isTrue();
    }
    assertThat(room.isFirst("a")).isFalse();
    assertThat(room.isFirst("c")).isTrue();
    assertThat(room.isFirst("a")).as("forgotten").isTrue();
  }
}
