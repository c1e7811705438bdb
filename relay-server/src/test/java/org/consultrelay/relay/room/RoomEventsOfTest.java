package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.transport.TransportEnd;
import org.junit.jupiter.api.Test;

class RoomEventsOfTest {
  private final List<String> heard = new ArrayList<>();
  private final Rooms rooms =
      new Rooms(
          List.of(new RoomLoop(Runnable::run, () -> 0, new TimerWheel(0), null, List.of())),
          new RoomLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 100, 100, 100, false, 0, 0),
          new RoomEventsOf(List.of(new Listener("first", true), new Listener("second", false))),
          new SecureRandom());

  @Test
  void oneThatFailsDoesNotHurtTheOther() {
    rooms
        .inRoom(
            "r",
            room -> {
              room.enter(
                  new ParticipantProfile(
                      "ann", "", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD));
              room.participant("ann").advance(ParticipantState.ACTIVE);
              room.close(DepartureReason.ROOM_DELETED);
              return new RoomResult.Done<>(room);
            })
        .join();
    assertThat(heard)
        .containsExactly(
            "first opened",
            "second opened",
            "first joined",
            "second joined",
            "first active",
            "second active",
            "first left",
            "second left",
            // Its name is not free before: another room of it would be heard of first.
            "first closed while 1 is there",
            "second closed while 1 is there");
    assertThat(rooms.roomCount()).isZero();
  }

  private final class Listener implements RoomEvents {
    private final String name;
    private final boolean fails;

    Listener(String name, boolean fails) {
      this.name = name;
      this.fails = fails;
    }

    private void hear(String what) {
      heard.add(name + " " + what);
      if (fails) {
        throw new IllegalStateException(what);
      }
    }

    @Override
    public void roomOpened(Room room) {
      hear("opened");
    }

    @Override
    public void roomClosed(Room room) {
      hear("closed while " + rooms.roomCount() + " is there");
    }

    @Override
    public void participantJoined(Participant participant) {
      hear("joined");
    }

    @Override
    public void participantActive(Participant participant) {
      hear("active");
    }

    @Override
    public void participantLeft(Participant participant) {
      hear("left");
    }

    @Override
    public void sessionOpened(PeerSession session) {}

    @Override
    public void sessionConnected(PeerSession session) {}

    @Override
    public void sessionEnded(PeerSession session, TransportEnd reason) {}
  }
}
