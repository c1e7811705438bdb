package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;

/** A room becomes large and small again, and its sessions follow. */
class LargeRoomTest {
  private static PeerSession enter(Room room, String identity) {
    ParticipantProfile profile =
        new ParticipantProfile(
            identity, "", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD);
    if (room.join(profile) instanceof RoomResult.Done<Participant>(Participant in)
        && in.openSession() instanceof RoomResult.Done<PeerSession>(PeerSession session)) {
      return session;
    }
    throw new AssertionError("not let in");
  }

  @Test
  void sessionsFollow() {
    try (TestRelay relay =
        TestRelay.start("127.0.0.1", "rooms.loudestSpeakers=2", "rooms.loudestAbove=3")) {
      RoomResult<List<Integer>> result =
          relay
              .relay()
              .rooms()
              .inRoom(
                  "large",
                  room -> {
                    PeerSession first = enter(room, "a");
                    enter(room, "b");
                    enter(room, "c");
                    int small = first.transport().media().audioLimit();
                    PeerSession fourth = enter(room, "d");
                    int large = first.transport().media().audioLimit();
                    int whoCame = fourth.transport().media().audioLimit();
                    fourth.participant().remove(DepartureReason.LEFT);
                    int again = first.transport().media().audioLimit();
                    return new RoomResult.Done<>(List.of(small, large, whoCame, again));
                  })
              .join();
      assertThat(result).isEqualTo(new RoomResult.Done<>(List.of(0, 2, 2, 0)));
    }
  }
}
