package org.consultrelay.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
  private static long[] counts(Distribution of) {
    return IntStream.range(0, of.buckets()).mapToLong(of::count).toArray();
  }

  @Test
  void boundsAreInclusiveAndTheLastBucketHasNone() {
    Distribution sizes = Distribution.of(1, 2, 4);
    for (long value : new long[] {0, 1, 2, 3, 4, 5, 1_000}) {
      sizes.add(value);
    }
    assertThat(counts(sizes)).containsExactly(2, 1, 2, 2);
    assertThat(sizes.sum()).isEqualTo(1_015);
    assertThat(sizes.bound(2)).isEqualTo(4);
    assertThat(sizes.bound(3)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aValueCanBeAddedManyTimes() {
    Distribution sizes = Distribution.of(10);
    sizes.add(7, 3);
    sizes.add(7, 0);
    assertThat(counts(sizes)).containsExactly(3, 0);
    assertThat(sizes.sum()).isEqualTo(21);
  }

  @Test
  void durationsAreInNanoseconds() {
    Distribution times = Distribution.ofMillis(0.5, 20);
    times.add(500_000);
    times.add(500_001);
    assertThat(counts(times)).containsExactly(1, 1, 0);
  }

  @Test
  void boundsThatDoNotRiseAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Distribution.of(1, 1));
  }
}
