package org.consultrelay.relay.bwe;

/**
 * The moment after a decrease, in which less is sent than the line carries until the queue is gone.
 * A queue that does not go is somebody else's: the drain is then in vain.
 */
final class Drain {
  private static final long DRAINED_NANOS = 15_000_000;
  private static final long MAX_DRAINED_NANOS = 30_000_000;
  private static final long LONG_NANOS = 50_000_000;
  private static final long SETTLED_NANOS = 500_000_000;
  private static final long VAIN_NANOS = 1_200_000_000L;
  private static final double VAIN_SHARE = 0.7;
  private static final long MAX_NANOS = 3_000_000_000L;
  private static final double SCALE_NANOS = 400_000_000;
  private static final double MAX_FACTOR = 0.8;
  private static final double MIN_FACTOR = 0.4;

  /** Others may have the rest of the line, and take more the more we leave. */
  private static final double LEAST_CEILING = 0.2;

  private boolean active;
  private boolean inVain;
  private double factor = 1;
  private long drainedNanos = DRAINED_NANOS;
  private long startNanos;
  private long longest;
  private long longestAt;
  private double before;
  private double peak;
  private double late;

  /** Begins, unless it is under way, at what was allowed until then, in bits per second. */
  void start(double rate, long nowNanos) {
    if (active) {
      return;
    }
    active = true;
    inVain = false;
    startNanos = nowNanos;
    longest = 0;
    longestAt = nowNanos;
    before = rate;
    peak = 0;
    late = 0;
  }

  /**
   * Takes what one feedback said.
   *
   * @param carried what the line carried at the most, in bits per second; 0 while unknown
   * @return whether it has just ended
   */
  boolean update(double carried, long standingNanos, long roundTripNanos, long nowNanos) {
    if (!active) {
      return false;
    }
    long since = nowNanos - startNanos;
    peak = Math.max(peak, carried);
    if (since > SETTLED_NANOS + roundTripNanos && standingNanos > LONG_NANOS) {
      late = Math.max(late, carried);
    }
    if (standingNanos > longest) {
      longest = standingNanos;
      longestAt = nowNanos;
    }
    boolean stays =
        nowNanos - longestAt > VAIN_NANOS + roundTripNanos && standingNanos > VAIN_SHARE * longest;
    inVain = stays || (since > MAX_NANOS && standingNanos > LONG_NANOS);
    active = standingNanos >= drainedNanos && !inVain && since <= MAX_NANOS;
    factor = active ? Math.clamp(1 - standingNanos / SCALE_NANOS, MIN_FACTOR, MAX_FACTOR) : 1;
    return !active;
  }

  /** How much delays vary, in nanoseconds: so little a queue cannot be told from none. */
  void spread(long nanos) {
    drainedNanos = Math.clamp(nanos / 2, DRAINED_NANOS, MAX_DRAINED_NANOS);
  }

  boolean active() {
    return active;
  }

  /** Whether the last one ended because the queue did not. */
  boolean inVain() {
    return inVain;
  }

  /** The share of the rate that may be sent, above 0 up to 1. */
  double factor() {
    return factor;
  }

  /**
   * What the line carries at the most, in bits per second, when a queue stood on long after less
   * was sent: it gave all it had. Infinite when that was not so.
   */
  double ceiling() {
    return late > 0 ? Math.max(late, LEAST_CEILING * before) : Double.POSITIVE_INFINITY;
  }

  /**
   * What the line carried while the queue stood, in bits per second, and no more than was allowed
   * before: much, when it was only a stall.
   */
  double carried() {
    return Math.min(before, peak);
  }
}
