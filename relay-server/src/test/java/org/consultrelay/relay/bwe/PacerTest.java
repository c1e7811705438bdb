package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PacerTest {
  private static final long MS = 1_000_000;

  @Test
  void aFrameLeavesInBurstsOfFiveMillisecondsAtTwoAndAHalfTimesTheTarget() {
    Pacer pacer = new Pacer(4_000_000, 0);
    int left = 30;
    pacer.queued(left * 1_200);
    long now = 0;
    int bursts = 0;
    while (left > 0) {
      now = Math.max(now, pacer.deadline());
      int packets = 0;
      while (left > 0 && pacer.budget(now) > 0) {
        pacer.sent(1_200, now);
        left--;
        packets++;
      }
      // 6,250 bytes are 5 ms at 10 Mbit/s.
      assertThat(packets).isBetween(1, 6);
      bursts++;
    }
    assertThat(bursts).isLessThanOrEqualTo(7);
    assertThat(now / 1e6).isCloseTo(36_000 * 8 / 10e6 * 1e3, within(6.0));
    assertThat(pacer.queuedBytes()).isZero();
    assertThat(pacer.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void nothingIsSavedUpBeyondABurst() {
    Pacer pacer = new Pacer(4_000_000, 0);
    assertThat(pacer.budget(60_000 * MS)).isEqualTo(6_250);
  }

  @Test
  void audioDoesNotWaitButVideoGivesWayToIt() {
    Pacer pacer = new Pacer(400_000, 0);
    pacer.queued(1_200);
    for (int i = 0; i < 10; i++) {
      pacer.sentUnpaced(300, 0);
    }
    assertThat(pacer.budget(0)).isZero();
    assertThat(pacer.deadline()).isGreaterThan(10 * MS);
    assertThat(pacer.budget(pacer.deadline())).isPositive();
  }

  @Test
  void whatWaitsLeavesWithinAQuarterOfASecond() {
    Pacer pacer = new Pacer(100_000, 0);
    pacer.queued(50_000);
    assertThat(pacer.queueNanos()).isLessThanOrEqualTo(Pacer.MAX_WAIT_NANOS);
    pacer.dropped(49_000);
    assertThat(pacer.queuedBytes()).isEqualTo(1_000);
    assertThat(pacer.queueNanos()).isCloseTo(32 * MS, within(MS));
  }

  @Test
  void whileTheLineDrainsPacketsLeaveNoFasterThanTheTarget() {
    Pacer pacer = new Pacer(1_000_000, 0);
    pacer.sent(pacer.budget(0), 0);
    pacer.target(1_000_000, true, 0);
    pacer.queued(5_000);
    assertThat(pacer.queueNanos() / 1e6).isCloseTo(5_000 * 8 / 1.1e6 * 1e3, within(1.0));
  }

  @Test
  void theDeadlineIsNeverAWaitForNothing() {
    Pacer pacer = new Pacer(300_000, 0);
    long now = 0;
    for (int i = 0; i < 1_000; i++) {
      pacer.queued(1_200);
      now = Math.max(now, pacer.deadline());
      assertThat(pacer.budget(now)).as("turn %d", i).isPositive();
      pacer.sent(1_200, now);
    }
  }
}
