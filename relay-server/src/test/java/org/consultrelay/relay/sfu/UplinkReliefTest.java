package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UplinkReliefTest {
  private static final long SECOND = 1_000_000_000L;

  private final UplinkRelief relief = new UplinkRelief();
  private long now;

  private boolean second(int wanted, int flowing, long lost) {
    now += SECOND;
    return relief.second(wanted, flowing, UplinkRelief.isBad(100, lost, 0), now);
  }

  /** Seconds of that kind until something changes, and at most so many. */
  private int until(int most, int wanted, int flowing, long lost) {
    for (int i = 1; i <= most; i++) {
      if (second(wanted, flowing, lost)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void aSizeThatDoesNotComeWhilePacketsAreLostIsNotAskedFor() {
    assertThat(until(10, 2, 0, 10)).isEqualTo(3);
    assertThat(relief.highest()).isZero();
  }

  @Test
  void whatComesIsNotTakenOffHoweverMuchIsLost() {
    assertThat(until(60, 1, 1, 40)).isEqualTo(-1);
    assertThat(relief.highest()).isEqualTo(UplinkRelief.ALL);
  }

  @Test
  void aSizeThatDoesNotComeWithoutLossMayStillCome() {
    assertThat(until(60, 1, 0, 2)).isEqualTo(-1);
  }

  @Test
  void onlyWhereSomethingComesThereIsSomethingToRelieve() {
    assertThat(until(60, 1, -1, 50)).isEqualTo(-1);
  }

  @Test
  void aBadSecondNowAndThenIsChance() {
    for (int i = 0; i < 30; i++) {
      assertThat(second(1, 0, i % 2 == 0 ? 10 : 0)).isFalse();
    }
  }

  @Test
  void aSecondOfFewPacketsSaysNothing() {
    assertThat(UplinkRelief.isBad(19, 19, 0)).isFalse();
    assertThat(UplinkRelief.isBad(20, 1, 0)).isTrue();
  }

  @Test
  void whatStandsInAQueueIsAsBadAsWhatIsLost() {
    assertThat(UplinkRelief.isBad(100, 0, 100_000_000)).isFalse();
    assertThat(UplinkRelief.isBad(0, 0, 200_000_000)).isTrue();
  }

  @Test
  void itIsAskedForAgainLaterAndLater() {
    long[] expected = {60, 120, 240, 480, 480};
    for (long wait : expected) {
      assertThat(until(10, 1, 0, 10)).isEqualTo(3);
      assertThat(until(1_000, 1, 0, 0)).isEqualTo((int) wait);
      assertThat(relief.highest()).isEqualTo(UplinkRelief.ALL);
    }
    // It comes and stays: the next time counts as the first.
    assertThat(until(20, 1, 1, 0)).isEqualTo(-1);
    assertThat(until(10, 1, 0, 10)).isEqualTo(3);
    assertThat(until(1_000, 1, 0, 0)).isEqualTo(60);
  }

  @Test
  void whatNobodyWantsIsNotAskedForAgain() {
    assertThat(until(10, 1, 0, 10)).isEqualTo(3);
    assertThat(until(500, 0, 0, 0)).isEqualTo(-1);
    assertThat(until(1, 1, 0, 0)).isEqualTo(1);
  }
}
