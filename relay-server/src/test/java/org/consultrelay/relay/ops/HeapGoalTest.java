package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeapGoalTest {
  private static final long MIB = 1L << 20;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final HeapGoal goal = new HeapGoal(4_096 * MIB, 0, 0);

  @Test
  void anIdleHeapStaysSmall() {
    assertThat(goal.next(20 * MIB, MIB, SECOND)).isEqualTo(HeapGoal.LEAST_BYTES);
  }

  @Test
  void whatLivesHasItsSizeAgain() {
    assertThat(goal.next(600 * MIB, 0, SECOND)).isEqualTo(1_200 * MIB);
  }

  @Test
  void aStormHasItsRoomAtOnceAndKeepsItForAWhile() {
    assertThat(goal.next(100 * MIB, 500 * MIB, SECOND)).isEqualTo(1_200 * MIB);

    long after = goal.next(100 * MIB, 500 * MIB, 11 * SECOND);
    assertThat(after).isBetween(900 * MIB, 1_000 * MIB);
    assertThat(goal.next(100 * MIB, 500 * MIB, 300 * SECOND)).isBetween(200 * MIB, 201 * MIB);
  }

  @Test
  void theLimitOfTheHeapIsNotPassed() {
    assertThat(goal.next(4_000 * MIB, 4_000 * MIB, SECOND)).isEqualTo(4_096 * MIB);
  }

  @Test
  void aClockThatStandsStillDividesByNothing() {
    assertThat(goal.next(40 * MIB, 900 * MIB, 0)).isEqualTo(80 * MIB);
  }
}
