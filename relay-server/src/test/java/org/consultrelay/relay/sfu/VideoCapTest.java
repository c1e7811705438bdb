package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;

import java.util.SplittableRandom;
import org.consultrelay.relay.sfu.VideoCap.Level;
import org.junit.jupiter.api.Test;

class VideoCapTest {
  private final VideoCap cap = new VideoCap();
  private long now = -5 * SECOND;

  private void pass(double seconds, double use) {
    long end = now + (long) (seconds * SECOND);
    while (now < end) {
      now += 250 * MILLI;
      cap.observe(use, now);
    }
  }

  @Test
  void nothingIsCutWhileTheLoopHasTime() {
    pass(100, 0.94);
    assertThat(cap.level()).isEqualTo(Level.NONE);
    assertThat(cap.highestSpatial(3)).isEqualTo(2);
    assertThat(cap.highestTemporal(3)).isEqualTo(2);
    assertThat(cap.isDark()).isFalse();
  }

  @Test
  void sizeGoesBeforeFrameRateAndFrameRateBeforeVideo() {
    pass(0.25, 1);
    assertThat(cap.level()).isEqualTo(Level.SMALLER);
    assertThat(cap.highestSpatial(3)).isEqualTo(1);
    assertThat(cap.highestSpatial(1)).isZero();
    assertThat(cap.highestTemporal(3)).isEqualTo(2);
    pass(1, 1);
    assertThat(cap.level()).isEqualTo(Level.SMALLEST);
    assertThat(cap.highestSpatial(3)).isZero();
    assertThat(cap.highestTemporal(3)).isEqualTo(2);
    pass(1, 1);
    assertThat(cap.level()).isEqualTo(Level.SLOWEST);
    assertThat(cap.highestTemporal(3)).isZero();
    assertThat(cap.isDark()).isFalse();
    pass(1, 1);
    assertThat(cap.level()).isEqualTo(Level.NO_VIDEO);
    assertThat(cap.isDark()).isTrue();
    pass(100, 1);
    assertThat(cap.level()).isEqualTo(Level.NO_VIDEO);
    assertThat(cap.cuts()).isEqualTo(4);
  }

  @Test
  void itIsGivenBackLateAndOneByOne() {
    pass(2, 1);
    assertThat(cap.level()).isEqualTo(Level.SMALLEST);
    pass(60, 0.8);
    assertThat(cap.level()).as("neither much nor little").isEqualTo(Level.SMALLEST);
    pass(4.5, 0.3);
    assertThat(cap.level()).isEqualTo(Level.SMALLEST);
    pass(1, 0.3);
    assertThat(cap.level()).isEqualTo(Level.SMALLER);
    pass(4, 0.3);
    assertThat(cap.level()).isEqualTo(Level.SMALLER);
    pass(2, 0.3);
    assertThat(cap.level()).isEqualTo(Level.NONE);
  }

  @Test
  void whatDoesNotLastIsTriedLaterAndLater() {
    // A load that fits with one level less, and does not without.
    SplittableRandom random = new SplittableRandom(4);
    long[] cutsByMinute = new long[10];
    for (int minute = 0; minute < cutsByMinute.length; minute++) {
      long before = cap.cuts();
      for (int i = 0; i < 240; i++) {
        now += 250 * MILLI;
        double use = cap.level() == Level.NONE ? 1.05 : 0.55;
        cap.observe(use + 0.1 * (random.nextDouble() - 0.5), now);
      }
      cutsByMinute[minute] = cap.cuts() - before;
    }
    assertThat(cutsByMinute[0]).isGreaterThan(1);
    assertThat(cutsByMinute[9]).isLessThanOrEqualTo(1);
    assertThat(cap.cuts()).isLessThan(20);
  }
}
