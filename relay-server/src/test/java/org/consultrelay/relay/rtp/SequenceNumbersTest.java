package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SequenceNumbersTest {
  @Test
  void wraps() {
    assertThat(SequenceNumbers.newer(0, 65_535)).isTrue();
    assertThat(SequenceNumbers.newer(65_535, 0)).isFalse();
    assertThat(SequenceNumbers.newer(5, 5)).isFalse();
    assertThat(SequenceNumbers.newer(32_767, 0)).isTrue();
    assertThat(SequenceNumbers.newer(32_768, 0)).isFalse();
    assertThat(SequenceNumbers.newer(0, 32_768)).isFalse();
    assertThat(SequenceNumbers.distance(65_534, 3)).isEqualTo(5);
    assertThat(SequenceNumbers.distance(3, 65_534)).isEqualTo(-5);
    assertThat(SequenceNumbers.extend(65_535, 0)).isEqualTo(65_536);
    assertThat(SequenceNumbers.extend(65_536, 65_535)).isEqualTo(65_535);
    assertThat(SequenceNumbers.extend(0, 65_535)).isEqualTo(-1);
    assertThat(SequenceNumbers.wire(-1)).isEqualTo(65_535);
  }

  @Property
  void extendFollowsAnyStepOfLessThanHalfTheSpace(
      @ForAll @LongRange(min = 0, max = 1L << 48) long last,
      @ForAll @IntRange(min = -32_767, max = 32_767) int step) {
    long next = last + step;
    assertThat(SequenceNumbers.extend(last, SequenceNumbers.wire(next))).isEqualTo(next);
    assertThat(SequenceNumbers.newer(SequenceNumbers.wire(next), SequenceNumbers.wire(last)))
        .isEqualTo(step > 0);
    assertThat(SequenceNumbers.distance(SequenceNumbers.wire(last), SequenceNumbers.wire(next)))
        .isEqualTo(step);
  }
}
