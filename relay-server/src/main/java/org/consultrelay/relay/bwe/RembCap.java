package org.consultrelay.relay.bwe;

/** The receiver's own estimate, for ten seconds (draft-alvestrand-rmcat-remb-03). */
final class RembCap {
  private static final long LASTING_NANOS = 10_000_000_000L;

  private double bitsPerSecond = Double.POSITIVE_INFINITY;
  private long until;

  /** It says so much, in bits per second. */
  void set(double bits, long nowNanos) {
    bitsPerSecond = bits;
    until = nowNanos + LASTING_NANOS;
  }

  /** In bits per second; infinite for none. */
  double bitsPerSecond() {
    return bitsPerSecond;
  }

  /** When it ends; {@link Long#MAX_VALUE} where there is none. */
  long deadline() {
    return bitsPerSecond == Double.POSITIVE_INFINITY ? Long.MAX_VALUE : until;
  }

  /** Ends it if it is old. */
  void onDeadline(long nowNanos) {
    if (nowNanos >= deadline()) {
      bitsPerSecond = Double.POSITIVE_INFINITY;
    }
  }
}
