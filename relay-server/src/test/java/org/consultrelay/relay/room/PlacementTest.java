package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.consultrelay.relay.net.TimerWheel;
import org.junit.jupiter.api.Test;

/** Which loop a new room lives on. */
class PlacementTest {
  private final RoomLoop first = loop();
  private final RoomLoop second = loop();
  private final Rooms rooms =
      new Rooms(
          List.of(first, second),
          new RoomLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 100, 100, 100, false, 0, 0),
          new RoomEvents() {},
          new SecureRandom());

  private static RoomLoop loop() {
    return new RoomLoop(Runnable::run, () -> 0, new TimerWheel(0), null, List.of());
  }

  private RoomLoop place(String name) {
    return rooms.inRoom(name, room -> new RoomResult.Done<>(room.loop())).join()
            instanceof RoomResult.Done<RoomLoop>(RoomLoop loop)
        ? loop
        : null;
  }

  @Test
  void theEmptiestLoopIsTaken() {
    assertThat(place("a")).isSameAs(first);
    assertThat(place("b")).isSameAs(second);
    assertThat(place("c")).isSameAs(first);
  }

  @Test
  void aBusyLoopIsPassedOverWhileAnotherIsNot() {
    first.busy(true);
    for (int i = 0; i < 5; i++) {
      assertThat(place("room" + i)).isSameAs(second);
    }
    second.busy(true);
    assertThat(place("a")).as("both are: by number").isSameAs(first);
    first.busy(false);
    second.busy(false);
    assertThat(place("b")).isSameAs(first);
  }
}
