package org.consultrelay.relay.transport;

/**
 * How a link treats what is sent over it. Shares are 0 to 1, times in nanoseconds.
 *
 * @param loss share lost one by one
 * @param burst chance, per datagram, that a burst begins in which everything is lost
 * @param burstLength how long a burst lasts on average
 * @param delay what every datagram takes
 * @param jitter what some take longer, the order kept
 * @param reordered share overtaken by what was sent after it
 * @param reorderDelay how much longer those take at most
 * @param duplicated share that comes twice
 */
record Conditions(
    double loss,
    double burst,
    long burstLength,
    long delay,
    long jitter,
    double reordered,
    long reorderDelay,
    double duplicated) {
  static final long MILLI = 1_000_000L;

  /** Loses and reorders nothing. */
  static Conditions clean(long delayMillis) {
    return new Conditions(0, 0, 1, delayMillis * MILLI, MILLI, 0, 0, 0);
  }

  /** The same, but for this share lost one by one. */
  Conditions withLoss(double share) {
    return new Conditions(
        share, burst, burstLength, delay, jitter, reordered, reorderDelay, duplicated);
  }
}
