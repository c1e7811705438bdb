package org.consultrelay.relay.bwe;

/**
 * How fast the delay grows: the slope of a line through the smoothed delays of the last packet
 * groups (the trendline filter that took the place of the Kalman filter of draft-ietf-rmcat-gcc-02
 * §5.3).
 */
final class DelayTrend {
  private static final int WINDOW = 20;
  private static final double SMOOTHING = 0.9;
  private static final int MAX_GROUPS = 60;
  private static final double GAIN = 4;
  private static final double NANOS_PER_MS = 1_000_000;

  private final double[] times = new double[WINDOW];
  private final double[] delays = new double[WINDOW];
  private long groups;
  private double accumulated;
  private double smoothed;
  private long firstArrival;

  /** Takes the deltas of two groups, and when the later came, in nanoseconds. */
  void add(long sendDelta, long arrivalDelta, long arrival) {
    if (groups == 0) {
      firstArrival = arrival;
    }
    accumulated += (arrivalDelta - sendDelta) / NANOS_PER_MS;
    smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * accumulated;
    int at = (int) (groups % WINDOW);
    times[at] = (arrival - firstArrival) / NANOS_PER_MS;
    delays[at] = smoothed;
    groups++;
  }

  /** Milliseconds of delay per millisecond; 0 before the window is full. */
  double slope() {
    if (groups < WINDOW) {
      return 0;
    }
    double meanTime = 0;
    double meanDelay = 0;
    for (int i = 0; i < WINDOW; i++) {
      meanTime += times[i];
      meanDelay += delays[i];
    }
    meanTime /= WINDOW;
    meanDelay /= WINDOW;
    double product = 0;
    double square = 0;
    for (int i = 0; i < WINDOW; i++) {
      double time = times[i] - meanTime;
      product += time * (delays[i] - meanDelay);
      square += time * time;
    }
    return square == 0 ? 0 : product / square;
  }

  /** The slope in the scale of the detector's threshold, in milliseconds. */
  double value() {
    return slope() * Math.min(groups, MAX_GROUPS) * GAIN;
  }
}
