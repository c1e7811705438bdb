package org.consultrelay.relay.bwe;

/**
 * Compares the trend of the delay with a threshold that adapts to the line's own restlessness
 * (draft-ietf-rmcat-gcc-02 §5.4).
 *
 * <p>More than the draft asks: growth counts only while even the quickest packets of late are slow,
 * which jitter does not bring about but a queue does.
 */
final class OveruseDetector {
  private static final double FIRST_THRESHOLD = 12.5;
  private static final double MIN_THRESHOLD = 6;
  private static final double MAX_THRESHOLD = 600;
  private static final double GAIN_UP = 0.0087;
  private static final double GAIN_DOWN = 0.039;
  private static final double MAX_OUTLIER = 15;
  private static final long OVERUSE_NANOS = 10_000_000;
  private static final long MAX_STEP_NANOS = 100_000_000;
  private static final double NANOS_PER_MS = 1_000_000;

  private double threshold = FIRST_THRESHOLD;
  private double previousTrend;
  private long previousArrival;
  private boolean any;
  private long overNanos;
  private int overCount;
  private LineUse use = LineUse.NORMAL;

  /**
   * Judges one more group.
   *
   * @param trend {@link DelayTrend#value()}
   * @param arrival when the group came, in nanoseconds of the receiver's clock
   * @param queued whether a queue stands, as far as the quickest packets tell
   */
  void update(double trend, long arrival, boolean queued) {
    long step = any ? Math.max(0, arrival - previousArrival) : 0;
    if (trend > threshold && queued) {
      overNanos += overCount == 0 ? step / 2 : step;
      overCount++;
      if (overNanos > OVERUSE_NANOS && overCount > 1 && trend >= previousTrend) {
        overNanos = 0;
        overCount = 0;
        use = LineUse.OVERUSE;
      }
    } else {
      overNanos = 0;
      overCount = 0;
      use = trend < -threshold ? LineUse.UNDERUSE : LineUse.NORMAL;
    }
    adapt(Math.abs(trend), queued, Math.min(step, MAX_STEP_NANOS) / NANOS_PER_MS);
    previousTrend = trend;
    previousArrival = arrival;
    any = true;
  }

  private void adapt(double size, boolean queued, double milliseconds) {
    if (queued && size > threshold + MAX_OUTLIER) {
      return;
    }
    double gain = size < threshold ? GAIN_DOWN : GAIN_UP;
    threshold += gain * (size - threshold) * milliseconds;
    threshold = Math.clamp(threshold, MIN_THRESHOLD, MAX_THRESHOLD);
  }

  LineUse use() {
    return use;
  }

  /** In the scale of {@link DelayTrend#value()}. */
  double threshold() {
    return threshold;
  }
}
