package org.consultrelay.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What was sent a second ago ought to have come; what was sent since may still come. */
class SentSoFarTest {
  private static final long MILLI = 1_000_000;
  private final SentSoFar sent = new SentSoFar();

  /** A packet each 20 ms from 0 up to that time. */
  private void send(long untilMillis) {
    for (long at = 0; at < untilMillis; at += 20) {
      sent.sent(at * MILLI);
    }
  }

  @Test
  void nothingIsDueWithinTheFirstSecond() {
    send(1_000);
    assertThat(sent.count()).isEqualTo(50);
    assertThat(sent.due(999 * MILLI)).isZero();
  }

  @Test
  void whatIsOlderThanASecondIsDueGiveOrTakeAQuarter() {
    send(20_000);
    for (long now = 20_000; now < 20_900; now += 100) {
      long truth = (now - 1_000) / 20 + 1;
      assertThat(sent.due(now * MILLI)).isBetween(truth - 14, truth);
    }
    assertThat(sent.due(21_000 * MILLI)).isEqualTo(1_000);
  }

  @Test
  void aPauseDoesNotTakeBackWhatIsDue() {
    send(500);
    assertThat(sent.due(60_000 * MILLI)).isEqualTo(25);
    sent.sent(60_000 * MILLI);
    assertThat(sent.due(60_500 * MILLI)).isBetween(12L, 25L);
    assertThat(sent.due(61_000 * MILLI)).isEqualTo(26);
  }

  @Test
  void theLastSecondBeforeTheEndIsNeverDue() {
    send(5_000);
    sent.stop(5_000 * MILLI);
    long truth = 4_000 / 20;
    assertThat(sent.due(5_000 * MILLI)).isBetween(truth - 14, truth);
    assertThat(sent.due(500_000 * MILLI)).isEqualTo(sent.due(5_000 * MILLI));
  }
}
