package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandingDelayTest {
  private static final int RATE = 48_000;
  private static final long MILLI = 1_000_000;

  private final StandingDelay delay = new StandingDelay(RATE);

  /** A second whose packet took so many milliseconds, from wherever the clocks began. */
  private long second(int origin, int millis) {
    return delay.second(origin + millis * (RATE / 1_000));
  }

  @Test
  void aQueueIsWhatIsMoreThanTheLeast() {
    for (int origin : new int[] {0, -7, Integer.MAX_VALUE - 500, Integer.MIN_VALUE + 3}) {
      delay.second(origin + 1_000_000_000);
      assertThat(second(origin, 20)).as("a clock that began anew").isZero();
      assertThat(second(origin, 320)).isEqualTo(300 * MILLI);
      assertThat(second(origin, 15)).isZero();
      assertThat(second(origin, 115)).isEqualTo(100 * MILLI);
    }
  }

  @Test
  void clocksThatPartAreNoQueue() {
    // 100 ppm for an hour: 360 ms in all.
    for (int i = 0; i < 3_600; i++) {
      assertThat(delay.second((int) (i * 4.8))).isLessThan(20 * MILLI);
    }
  }

  @Test
  void aQueueThatStandsForMinutesIsSeenToStand() {
    second(0, 20);
    for (int i = 0; i < 300; i++) {
      assertThat(second(0, 320)).isGreaterThan(200 * MILLI);
    }
  }
}
