package org.consultrelay.load.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceCheckTest {
  private static final long SOON = 1_000_000;

  private final SequenceCheck check = new SequenceCheck();

  @Test
  void countsEachPacketOnceInWhateverOrder() {
    for (long sequence : new long[] {0, 2, 1, 5, 3}) {
      assertThat(check.arrived(sequence, SOON)).isTrue();
    }
    assertThat(check.received()).isEqualTo(5);
    assertThat(check.duplicated()).isZero();
    assertThat(check.late()).isZero();
  }

  @Test
  void knowsWhatCameBefore() {
    check.arrived(0, SOON);
    check.arrived(7, SOON);
    assertThat(check.arrived(7, SOON)).isFalse();
    assertThat(check.arrived(0, SOON)).isFalse();
    assertThat(check.arrived(3, SOON)).isTrue();
    assertThat(check.received()).isEqualTo(3);
    assertThat(check.duplicated()).isEqualTo(2);
  }

  @Test
  void forgetsWhatItsPlaceWasUsedForAWindowBefore() {
    check.arrived(0, SOON);
    check.arrived(1, SOON);
    long next = SequenceCheck.WINDOW + 1L;
    assertThat(check.arrived(next, SOON)).isTrue();
    assertThat(check.arrived(next - 1, SOON)).as("the place of number 0").isTrue();
    assertThat(check.received()).isEqualTo(4);
    assertThat(check.duplicated()).isZero();
  }

  @Test
  void aJumpOverTheWholeWindowLeavesNothingBehind() {
    for (long sequence = 0; sequence < 100; sequence++) {
      check.arrived(sequence, SOON);
    }
    long far = 5L * SequenceCheck.WINDOW;
    check.arrived(far + 99, SOON);
    for (long sequence = far; sequence < far + 99; sequence++) {
      assertThat(check.arrived(sequence, SOON)).isTrue();
    }
    assertThat(check.received()).isEqualTo(200);
  }

  @Test
  void lateIsWhatTookTooLongOrIsTooFarBehindToTell() {
    check.arrived(0, SequenceCheck.LATE_NANOS + 1);
    assertThat(check.received()).isEqualTo(1);
    assertThat(check.late()).isEqualTo(1);
    check.arrived(1 + SequenceCheck.WINDOW, SOON);
    assertThat(check.arrived(1, SOON)).isFalse();
    assertThat(check.received()).isEqualTo(2);
    assertThat(check.late()).isEqualTo(2);
  }
}
