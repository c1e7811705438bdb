package org.consultrelay.relay.bwe;

/** The rate at which queues began to grow of late, with its spread: smoothed over decreases. */
final class LinkCapacity {
  private static final double WEIGHT = 0.05;
  private static final double FIRST_DEVIATION = 0.4;
  private static final double MIN_DEVIATION = 0.4;
  private static final double MAX_DEVIATION = 2.5;
  private static final double KILO = 1_000;

  private double mean;
  private double deviation = FIRST_DEVIATION;

  boolean known() {
    return mean > 0;
  }

  /** The line was overused when it carried so many bits per second. */
  void overused(double bitsPerSecond) {
    double rate = bitsPerSecond / KILO;
    if (mean > 0 && Math.abs(rate - mean) > 3 * Math.sqrt(deviation * mean)) {
      mean = 0;
    }
    if (mean == 0) {
      mean = rate;
      deviation = FIRST_DEVIATION;
      return;
    }
    mean += WEIGHT * (rate - mean);
    double error = rate - mean;
    deviation += WEIGHT * (error * error / Math.max(mean, 1) - deviation);
    deviation = Math.clamp(deviation, MIN_DEVIATION, MAX_DEVIATION);
  }

  /** The line carried so many bits per second without a queue: too much for the known capacity? */
  void carried(double bitsPerSecond) {
    if (mean > 0 && bitsPerSecond / KILO > mean + 3 * Math.sqrt(deviation * mean)) {
      mean = 0;
    }
  }
}
