package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StandingDelayTest {
  private static final long MILLI = 1_000_000;

  private final StandingDelay delay = new StandingDelay(48_000);
  private final Random random = new Random(7);
  private long now;

  /** A second of 50 packets, each late by so much and up to that jitter more. */
  private long second(int origin, int millis, int jitterMillis) {
    for (int i = 0; i < 50; i++) {
      now += 20 * MILLI;
      int late = millis + (jitterMillis == 0 ? 0 : random.nextInt(jitterMillis));
      delay.packet(origin + late * 48, now);
    }
    return delay.second();
  }

  @Test
  void aQueueIsWhatAllPacketsAreLateBy() {
    for (int origin : new int[] {0, -7, Integer.MAX_VALUE - 500, Integer.MIN_VALUE + 3}) {
      now += 1_000 * MILLI;
      assertThat(second(origin, 20, 0)).isZero();
      assertThat(second(origin, 320, 0)).isEqualTo(300 * MILLI);
      assertThat(second(origin, 15, 0)).isZero();
      assertThat(second(origin, 115, 0)).isEqualTo(100 * MILLI);
    }
  }

  @Test
  void jitterIsNoQueue() {
    for (int i = 0; i < 300; i++) {
      assertThat(second(0, 20, 250)).isLessThan(100 * MILLI);
    }
  }

  @Test
  void clocksThatPartAreNoQueue() {
    for (int i = 0; i < 3_600; i++) {
      // 200 parts of a million.
      assertThat(second((int) (i * 9.6), 20, 0)).isLessThan(30 * MILLI);
    }
  }

  @Test
  void aPauseInRecordingIsNoQueue() {
    second(0, 20, 0);
    now += 400 * MILLI;
    assertThat(second(0, 420, 0)).isZero();
    assertThat(second(0, 420, 0)).isZero();
  }

  @Test
  void aWayThatIsLongerForGoodIsNoQueueAfterTwoMinutes() {
    second(0, 20, 0);
    for (int i = 0; i < 50; i++) {
      assertThat(second(0, 320, 0)).isEqualTo(300 * MILLI);
    }
    for (int i = 50; i < 125; i++) {
      second(0, 320, 0);
    }
    assertThat(second(0, 320, 0)).isZero();
  }

  @Test
  void whereNothingComesNothingIsKnown() {
    second(0, 20, 0);
    second(0, 320, 0);
    assertThat(delay.second()).isZero();
  }
}
