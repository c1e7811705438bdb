package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingsTest {
  private static final long UNIT = 1_000;

  private final Readings readings = new Readings(UNIT);

  @Test
  void nothingIsZero() {
    assertThat(readings.isEmpty()).isTrue();
    assertThat(readings.median()).isZero();
    assertThat(readings.lowest()).isZero();
    assertThat(readings.highest()).isZero();
  }

  @Test
  void oneIsItsOwnMedian() {
    readings.add(123_456);
    assertThat(readings.median()).isEqualTo(123_456);
    assertThat(readings.lowest()).isEqualTo(123_456);
    assertThat(readings.highest()).isEqualTo(123_456);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theMedianIsWithinATenth(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double scale = Math.pow(10, random.nextDouble(0, 4));
    long[] values = new long[1_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) (10 * UNIT + scale * UNIT * Math.exp(random.nextGaussian()));
      readings.add(values[i]);
    }
    Arrays.sort(values);
    long median = values[500];
    assertThat(readings.median()).isCloseTo(median, within(median / 8 + 1));
    assertThat(readings.lowest()).isEqualTo(values[0]);
    assertThat(readings.highest()).isEqualTo(values[1_000]);
  }

  @Test
  void whatIsOutOfItsRangeIsCountedAtTheEnd() {
    for (int i = 0; i < 3; i++) {
      readings.add(Long.MAX_VALUE / 2);
    }
    readings.add(0);
    assertThat(readings.lowest()).isZero();
    assertThat(readings.highest()).isEqualTo(Long.MAX_VALUE / 2);
    assertThat(readings.median()).isGreaterThan(30_000 * UNIT);
  }

  @Test
  void manyDaysAreNoTrouble() {
    for (int i = 0; i < 100_000; i++) {
      readings.add(20 * UNIT);
    }
    for (int i = 0; i < 200_000; i++) {
      readings.add(200 * UNIT);
    }
    assertThat(readings.median()).isCloseTo(200 * UNIT, within(20 * UNIT));
  }

  @Test
  void nothingIsAllocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 50_000; i++) {
        readings.add(i * 37L);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }
}
