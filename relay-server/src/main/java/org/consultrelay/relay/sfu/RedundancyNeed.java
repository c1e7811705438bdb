package org.consultrelay.relay.sfu;

/** Whether a subscriber loses so much that audio is better sent more than once. */
final class RedundancyNeed {
  /** Fractions lost are in 1/256 (RFC 3550 §6.4.1). */
  private static final int WHOLE = 256;

  private static final int BEGIN_PERCENT = 3;
  private static final int TWICE_PERCENT = 10;
  private static final int END_PERCENT = 1;

  /** So long little must be lost before it ends, in nanoseconds. */
  private static final long QUIET_NANOS = 10_000_000_000L;

  private int blocks;
  private long lossSince;

  /**
   * The subscriber reports.
   *
   * @param fractionLost of what was sent since the report before, in 1/256
   */
  void report(int fractionLost, long nowNanos) {
    int percent100 = fractionLost * 100;
    if (percent100 > BEGIN_PERCENT * WHOLE) {
      blocks = percent100 >= TWICE_PERCENT * WHOLE ? 2 : Math.max(1, blocks);
    }
    if (percent100 >= END_PERCENT * WHOLE) {
      lossSince = nowNanos;
    } else if (nowNanos - lossSince >= QUIET_NANOS) {
      blocks = 0;
    }
  }

  /** How many packets before are to be sent with each, 0 to 2. */
  int blocks() {
    return blocks;
  }
}
