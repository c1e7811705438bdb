package org.consultrelay.relay.signal.livekit;

/**
 * How many messages a client may send: so many a second, and as many at once as a join with many
 * tracks takes. Not thread-safe.
 */
final class SignalRate {
  /** Messages a second. */
  private static final int RATE = 100;

  /** Messages at once: some clients send each candidate for each section. */
  private static final int BURST = 1_000;

  private static final long SECOND = 1_000_000_000L;

  private long tokens = BURST * SECOND;
  private long last;
  private boolean started;

  /**
   * Whether one more is within bounds at this time.
   *
   * @param weight how many messages it counts as
   */
  boolean take(int weight, long nowNanos) {
    if (started) {
      tokens = Math.min(BURST * SECOND, tokens + (nowNanos - last) * RATE);
    }
    started = true;
    last = nowNanos;
    if (tokens < weight * SECOND) {
      return false;
    }
    tokens -= weight * SECOND;
    return true;
  }
}
