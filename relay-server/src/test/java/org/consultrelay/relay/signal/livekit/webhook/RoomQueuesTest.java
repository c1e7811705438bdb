package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomQueuesTest {
  private static final long SECOND = 1_000_000_000;
  private static final RetryLimits LIMITS =
      new RetryLimits(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(24));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void losesNothingAndReordersNothingWhateverFails(long seed) {
    Random random = new Random(seed);
    try (SimulatedDelivery world = new SimulatedDelivery(seed, LIMITS, 1 + random.nextInt(8))) {
      world.lostAnswers = 0.1;
      // Away for two minutes of every five, and unwell in between.
      world.mood = (_, now) -> now / SECOND % 300 > 120 && random.nextDouble() < 0.8;
      Map<String, List<String>> happened = new HashMap<>();
      for (int i = 0; i < 2_000; i++) {
        String room = "room" + random.nextInt(40);
        String id = room + "-" + i;
        happened.computeIfAbsent(room, _ -> new ArrayList<>()).add(id);
        world.happen(room, id);
        world.runUntil(world.nowNanos() + random.nextLong(SECOND));
        if (random.nextInt(100) == 0) {
          world.restart();
        }
      }
      world.runUntil(world.nowNanos() + 3_600 * SECOND);
      assertThat(world.received).isEqualTo(happened);
      assertThat(world.dead).isEmpty();
      assertThat(world.queues().size()).isZero();
      assertThat(world.queues().bytes()).isZero();
      assertThat(world.queues().dueNanos(world.nowNanos())).isNull();
    }
  }

  @Test
  void aRoomThatFailsHoldsUpItselfAlone() {
    try (SimulatedDelivery world = new SimulatedDelivery(1, LIMITS, 2)) {
      world.mood = (room, _) -> !room.equals("bad");
      for (int i = 0; i < 50; i++) {
        world.happen("bad", "bad-" + i);
        world.happen("good", "good-" + i);
        world.runUntil(world.nowNanos() + 60 * SECOND);
        assertThat(world.received.get("good")).hasSize(i + 1);
      }
      assertThat(world.received).doesNotContainKey("bad");
      assertThat(world.queues().size()).isEqualTo(50);
      assertThat(world.queues().oldestNanos(world.nowNanos())).isEqualTo(50 * 60 * SECOND);
      // Once a minute at the most, after the first.
      assertThat(world.attempts).isLessThan(50 + 2 * 50 + 10);

      world.mood = (_, _) -> true;
      world.runUntil(world.nowNanos() + 120 * SECOND);
      assertThat(world.received.get("bad"))
          .containsExactlyElementsOf(
              java.util.stream.IntStream.range(0, 50).mapToObj(i -> "bad-" + i).toList());
    }
  }

  @Test
  void whatIsTooOldIsGivenUpAndTheRoomGoesOn() {
    try (SimulatedDelivery world = new SimulatedDelivery(1, LIMITS, 4)) {
      world.mood = (_, _) -> false;
      world.happen("a", "first");
      world.runUntil(12 * 3_600 * SECOND);
      world.happen("a", "second");
      world.runUntil(24 * 3_600 * SECOND + 130 * SECOND);
      assertThat(world.dead).containsExactly("first");
      world.mood = (_, _) -> true;
      world.runUntil(25 * 3_600 * SECOND);
      assertThat(world.received.get("a")).containsExactly("second");
    }
  }

  @Test
  void aReceiverThatIsDownIsAskedNowAndThenAndGetsAllOnceItIsBack() {
    try (SimulatedDelivery world = new SimulatedDelivery(1, LIMITS, 8)) {
      world.mood = (_, _) -> false;
      for (int i = 0; i < 1_000; i++) {
        world.happen("room" + i, "id" + i);
      }
      world.runUntil(3_600 * SECOND);
      assertThat(world.queues().isDown()).isTrue();
      assertThat(world.attempts).as("an hour, of 1000 rooms").isLessThan(200);
      world.mood = (_, _) -> true;
      // A wait of a minute at the most, and then 1000 at 8 at a time and a tenth of a second each.
      world.runUntil(world.nowNanos() + 60 * SECOND + 20 * SECOND);
      assertThat(world.received).hasSize(1_000);
      assertThat(world.mostInFlight).isEqualTo(8);
    }
  }

  @Test
  void aReceiverThatStaysDownCostsNoMoreThanADay() {
    try (SimulatedDelivery world = new SimulatedDelivery(1, LIMITS, 8)) {
      world.mood = (_, _) -> false;
      for (int i = 0; i < 1_000; i++) {
        world.happen("room" + i % 300, "id" + i);
      }
      world.runUntil(24 * 3_600 * SECOND + 200 * SECOND);
      assertThat(world.dead).isEqualTo(world.given);
      assertThat(world.queues().size()).isZero();
      assertThat(world.queues().bytes()).isZero();
      world.mood = (_, _) -> true;
      world.happen("room1", "later");
      world.runUntil(world.nowNanos() + 70 * SECOND);
      assertThat(world.received.get("room1")).containsExactly("later");
    }
  }

  @Test
  void waitsDoubleUpToTheMost() {
    assertThat(List.of(1, 2, 3, 7, 8, 1_000).stream().map(LIMITS::backOffNanos))
        .containsExactly(SECOND, 2 * SECOND, 4 * SECOND, 60 * SECOND, 60 * SECOND, 60 * SECOND);
  }
}
