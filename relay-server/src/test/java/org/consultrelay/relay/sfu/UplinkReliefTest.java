package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UplinkReliefTest {
  private static final long SECOND = 1_000_000_000L;

  private final UplinkRelief relief = new UplinkRelief();
  private long now;

  private boolean second(int wanted, int flowing, boolean bad) {
    now += SECOND;
    return relief.second(wanted, flowing, bad, now);
  }

  /** Seconds of that kind until something changes, and at most so many. */
  private int until(int most, int wanted, int flowing, boolean bad) {
    for (int i = 1; i <= most; i++) {
      if (second(wanted, flowing, bad)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void aSizeThatDoesNotComeOnALineThatCarriesTooMuchIsNotAskedFor() {
    assertThat(until(20, 2, 0, true)).as("the grace is over").isEqualTo(9);
    assertThat(relief.highest()).isZero();
  }

  @Test
  void whatComesIsNotTakenOffHoweverBadTheLine() {
    assertThat(until(60, 1, 1, true)).isEqualTo(-1);
    assertThat(relief.highest()).isEqualTo(UplinkRelief.ALL);
  }

  @Test
  void aSizeThatDoesNotComeOnAGoodLineMayStillCome() {
    assertThat(until(60, 1, 0, false)).isEqualTo(-1);
  }

  @Test
  void onlyWhereSomethingComesThereIsSomethingToRelieve() {
    assertThat(until(60, 1, -1, true)).isEqualTo(-1);
  }

  @Test
  void aBadSecondNowAndThenIsChance() {
    for (int i = 0; i < 60; i++) {
      assertThat(second(1, 0, i % 2 == 0)).isFalse();
    }
  }

  @Test
  void aLargerSizeHasTimeToComeAlsoOnALineThatIsBadAllTheTime() {
    assertThat(until(60, 0, 0, true)).isEqualTo(-1);
    assertThat(until(20, 2, 0, true)).as("wanted anew").isEqualTo(9);
  }

  @Test
  void itIsAskedForAgainLaterAndLaterUntilItHasComeForAWhile() {
    assertThat(until(20, 1, 0, true)).isEqualTo(9);
    for (long wait : new long[] {60, 120, 240, 480, 480}) {
      assertThat(until(1_000, 1, 0, false)).isEqualTo((int) wait);
      assertThat(relief.highest()).isEqualTo(UplinkRelief.ALL);
      assertThat(until(20, 1, 0, true)).isEqualTo(8);
    }
    // To ask less meanwhile proves nothing.
    assertThat(until(20, 0, 0, false)).isEqualTo(-1);
    assertThat(until(1_000, 1, 0, false)).isEqualTo(480 - 20);
    assertThat(until(20, 1, 0, true)).isEqualTo(8);
    assertThat(until(1_000, 1, 0, false)).isEqualTo(480);
    assertThat(until(20, 1, 1, false)).as("it comes and stays").isEqualTo(-1);
    assertThat(until(20, 1, 0, true)).isEqualTo(3);
    assertThat(until(1_000, 1, 0, false)).isEqualTo(60);
  }

  @Test
  void itGoesDeeperWhenTheNextSizeStopsToo() {
    assertThat(until(20, 2, 1, true)).isEqualTo(9);
    assertThat(relief.highest()).isEqualTo(1);
    assertThat(until(20, 2, 0, true)).isEqualTo(3);
    assertThat(relief.highest()).isZero();
  }

  @Test
  void whatComesAllTheSameEndsIt() {
    assertThat(until(20, 1, 0, true)).isEqualTo(9);
    assertThat(until(20, 1, 1, false)).isEqualTo(10);
    assertThat(relief.highest()).isEqualTo(UplinkRelief.ALL);
  }

  @Test
  void whereSomethingElseIsSentNoMoreItIsAskedForAtOnce() {
    assertThat(until(20, 1, 0, true)).isEqualTo(9);
    relief.roomier(now);
    assertThat(until(20, 1, 0, false)).isEqualTo(1);
    assertThat(relief.highest()).isEqualTo(UplinkRelief.ALL);
  }

  @Test
  void whatNobodyWantsIsNotAskedForAgain() {
    assertThat(until(20, 1, 0, true)).isEqualTo(9);
    assertThat(until(500, 0, 0, false)).isEqualTo(-1);
    assertThat(until(1, 1, 0, false)).isEqualTo(1);
  }

  @Test
  void aQueueOrMuchLossIsBadAndAFewPacketsSayNothing() {
    assertThat(UplinkRelief.isBad(100, 10, 100_000_000)).isFalse();
    assertThat(UplinkRelief.isBad(100, 11, 0)).isTrue();
    assertThat(UplinkRelief.isBad(19, 19, 0)).isFalse();
    assertThat(UplinkRelief.isBad(0, 0, 200_000_000)).isTrue();
  }
}
