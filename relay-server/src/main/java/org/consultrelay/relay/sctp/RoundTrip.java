package org.consultrelay.relay.sctp;

/** Round trip time and the retransmission timeout that follows from it (RFC 9260 §6.3). */
final class RoundTrip {
  private static final long MILLI = 1_000_000L;

  // RFC 9260 §16 suggests 1 s, 1 s and 60 s, for paths of any kind. A peer waits with its SACK for
  // 200 ms at most, ICE found this path to be quick, and its checks come every few seconds anyway,
  // so a packet each three seconds hurts nobody and lets 30 % of loss be lived with.
  static final long INITIAL = 500 * MILLI;
  static final long MIN = 400 * MILLI;
  static final long MAX = 3_000 * MILLI;

  private long smoothed = -1;
  private long variation;
  private long minimum = Long.MAX_VALUE;
  private long timeout = INITIAL;

  /** Takes a measurement, in nanoseconds, of something that was sent once only (Karn's rule). */
  void measured(long nanos) {
    if (smoothed < 0) {
      smoothed = nanos;
      variation = nanos / 2;
    } else {
      variation = (3 * variation + Math.abs(smoothed - nanos)) / 4;
      smoothed = (7 * smoothed + nanos) / 8;
    }
    minimum = Math.min(minimum, nanos);
    progressed();
  }

  /**
   * Something was acknowledged: what timers running out have added is over. RFC 9260 §6.3.3 waits
   * for a measurement with that, of which there are none while everything is sent twice.
   */
  void progressed() {
    timeout = smoothed < 0 ? INITIAL : Math.clamp(smoothed + 4 * variation, MIN, MAX);
  }

  /** A timer ran out: the next one is twice as long (RFC 9260 §6.3.3 E2). */
  void backOff() {
    timeout = Math.min(2 * timeout, MAX);
  }

  /** How long to wait for an acknowledgement, in nanoseconds. */
  long timeout() {
    return timeout;
  }

  /** The shortest round trip that was measured, in nanoseconds; 0 for none. */
  long minimum() {
    return minimum == Long.MAX_VALUE ? 0 : minimum;
  }

  /** The smoothed round trip time in nanoseconds, or the timeout while there is none. */
  long smoothed() {
    return smoothed < 0 ? timeout : smoothed;
  }
}
