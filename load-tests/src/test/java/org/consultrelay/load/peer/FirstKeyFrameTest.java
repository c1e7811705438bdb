package org.consultrelay.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A first key frame is there when all of it is, whatever came first. */
class FirstKeyFrameTest {
  private final FirstKeyFrame frame = new FirstKeyFrame();

  @Test
  void isCompleteWithItsLastPacket() {
    assertThat(frame.completes(90, 10, true, false)).isFalse();
    assertThat(frame.completes(90, 11, false, false)).isFalse();
    assertThat(frame.completes(90, 12, false, true)).isTrue();
  }

  @Test
  void parameterSetsBelongToIt() {
    assertThat(frame.completes(90, 10, true, false)).isFalse();
    assertThat(frame.completes(90, 11, true, false)).isFalse();
    assertThat(frame.completes(90, 12, false, true)).isTrue();
  }

  @Test
  void onePacketIsEnough() {
    assertThat(frame.completes(90, 10, true, true)).isTrue();
  }

  @Test
  void thePacketThatWasSentAgainCompletesIt() {
    assertThat(frame.completes(90, 10, true, false)).isFalse();
    assertThat(frame.completes(90, 12, false, true)).isFalse();
    assertThat(frame.completes(180, 13, false, true)).isFalse();
    assertThat(frame.completes(90, 11, false, false)).isTrue();
  }

  @Test
  void alsoIfThatIsTheFirstOrTheLast() {
    assertThat(frame.completes(90, 11, false, true)).isFalse();
    assertThat(frame.completes(90, 10, true, false)).isTrue();
    FirstKeyFrame other = new FirstKeyFrame();
    assertThat(other.completes(90, 10, true, false)).isFalse();
    assertThat(other.completes(180, 12, false, true)).isFalse();
    assertThat(other.completes(90, 11, false, true)).isTrue();
  }

  @Test
  void otherFramesAreNone() {
    for (int i = 0; i < 100; i++) {
      assertThat(frame.completes(90 * i, 2L * i, false, false)).isFalse();
      assertThat(frame.completes(90 * i, 2L * i + 1, false, true)).isFalse();
    }
    assertThat(frame.completes(9_000, 200, true, true)).isTrue();
  }
}
