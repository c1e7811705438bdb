package org.consultrelay.relay.bwe;

/** Whether a sender has less to send than it may: it then tests nothing but what it sends. */
final class SendRate {
  private static final long WINDOW_NANOS = 500_000_000;
  private static final double LIMITED = 0.65;
  private static final double UNLIMITED = 0.8;
  private static final double SECOND = 1e9;

  private long windowStart = Long.MIN_VALUE;
  private long bytesBefore;
  private double rate;
  private boolean limited;

  /** The first packet leaves. */
  void start(long nowNanos) {
    windowStart = nowNanos;
  }

  /**
   * Judges once per half second.
   *
   * @param bytes that have left so far in all
   * @param target in bits per second
   */
  void update(long bytes, double target, long nowNanos) {
    long nanos = nowNanos - windowStart;
    if (windowStart == Long.MIN_VALUE || nanos < WINDOW_NANOS) {
      return;
    }
    rate = (bytes - bytesBefore) * 8 * SECOND / nanos;
    limited = rate < (limited ? UNLIMITED : LIMITED) * target;
    bytesBefore = bytes;
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
