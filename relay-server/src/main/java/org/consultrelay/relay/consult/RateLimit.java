package org.consultrelay.relay.consult;

/** So many a minute, with some in one burst. One thread. */
final class RateLimit {
  private static final double MINUTE = 60_000;

  private final double perMinute;
  private final double burst;
  private double left;
  private long since;

  RateLimit(int perMinute, int burst, long nowMillis) {
    this.perMinute = perMinute;
    this.burst = burst;
    this.left = burst;
    this.since = nowMillis;
  }

  /** Whether one more may pass now; counted when it may. */
  boolean take(long nowMillis) {
    left = Math.min(burst, left + Math.max(0, nowMillis - since) * perMinute / MINUTE);
    since = nowMillis;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
