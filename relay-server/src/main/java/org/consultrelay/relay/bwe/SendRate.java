package org.consultrelay.relay.bwe;

/** Whether a sender has less to send than it may: it then tests nothing but what it sends. */
final class SendRate {
  private static final long WINDOW_NANOS = 500_000_000;
  private static final double LIMITED = 0.65;
  private static final double UNLIMITED = 0.8;
  private static final double SECOND = 1e9;

  private long windowStart = Long.MIN_VALUE;
  private long bytes;
  private double rate;
  private boolean limited;

  void sent(int size, long nowNanos) {
    if (windowStart == Long.MIN_VALUE) {
      windowStart = nowNanos;
    }
    bytes += size;
  }

  /** Judges once per half second against the target in bits per second. */
  void update(double target, long nowNanos) {
    long nanos = nowNanos - windowStart;
    if (windowStart == Long.MIN_VALUE || nanos < WINDOW_NANOS) {
      return;
    }
    rate = bytes * 8 * SECOND / nanos;
    limited = rate < (limited ? UNLIMITED : LIMITED) * target;
    bytes = 0;
    windowStart = nowNanos;
  }

  boolean limited() {
    return limited;
  }

  /** Over the last full window, in bits per second. */
  double bitsPerSecond() {
    return rate;
  }
}
