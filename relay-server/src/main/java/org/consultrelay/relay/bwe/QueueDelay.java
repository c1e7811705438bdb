package org.consultrelay.relay.bwe;

import java.util.Arrays;

/**
 * How long packets wait in queues: the least one-way delay of late above the least for long. The
 * clocks of both ends need not agree, as only differences count.
 */
final class QueueDelay {
  private static final long BUCKET_NANOS = 50_000_000;
  private static final int BUCKETS = 12;
  private static final int CALM_BUCKETS = 5;
  private static final double CALM_SPREAD = 25_000_000;
  private static final double SPREAD_PER_BUCKET = 5_000_000;
  private static final long BASE_NANOS = 15_000_000_000L;
  private static final double SPREAD_WEIGHT = 0.005;
  private static final double USUAL_WEIGHT = 0.015;
  private static final long MIN_QUEUE_NANOS = 12_000_000;
  private static final double LONG_QUEUE_NANOS = 50_000_000;
  private static final double SPREAD_SHARE = 0.75;
  private static final double MAX_SPREAD_NANOS = 30_000_000;
  private static final int ENOUGH = 100;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final long[] recent = new long[BUCKETS];
  private long bucket = Long.MIN_VALUE;
  private long base = UNKNOWN;
  private long nextBase = UNKNOWN;
  private long baseUntil;
  private long samples;
  private double spread;
  private double usual;
  private double deviation;

  QueueDelay() {
    Arrays.fill(recent, UNKNOWN);
  }

  /** Takes a packet: its arrival minus its sending, by whatever clocks, and the time of arrival. */
  void add(long oneWayNanos, long arrivalNanos) {
    long now = Math.floorDiv(arrivalNanos, BUCKET_NANOS);
    if (now > bucket) {
      long fresh = bucket == Long.MIN_VALUE ? BUCKETS : Math.min(BUCKETS, now - bucket);
      for (long i = now - fresh + 1; i <= now; i++) {
        recent[(int) Math.floorMod(i, (long) BUCKETS)] = UNKNOWN;
      }
      bucket = now;
      double standing = standingNanos();
      usual += USUAL_WEIGHT * (standing - usual);
      deviation += USUAL_WEIGHT * (Math.abs(standing - usual) - deviation);
    }
    if (now > bucket - BUCKETS) {
      int at = (int) Math.floorMod(now, (long) BUCKETS);
      recent[at] = Math.min(recent[at], oneWayNanos);
    }
    if (base == UNKNOWN) {
      baseUntil = arrivalNanos + BASE_NANOS;
    } else if (arrivalNanos >= baseUntil) {
      base = nextBase;
      nextBase = UNKNOWN;
      baseUntil = arrivalNanos + BASE_NANOS;
    }
    base = Math.min(base, oneWayNanos);
    nextBase = Math.min(nextBase, oneWayNanos);
    samples++;
    spread += Math.max(SPREAD_WEIGHT, 1.0 / samples) * (oneWayNanos - least() - spread);
  }

  private long least() {
    // The more restless the line, the longer to wait for a packet that was not held up.
    int extra = (int) Math.max(0, (spread - CALM_SPREAD) / SPREAD_PER_BUCKET);
    int buckets = Math.min(BUCKETS, CALM_BUCKETS + extra);
    long least = UNKNOWN;
    for (int i = 0; i < buckets; i++) {
      least = Math.min(least, recent[(int) Math.floorMod(bucket - i, (long) BUCKETS)]);
    }
    return least;
  }

  /** How much longer than ever the quickest packets of late took, in nanoseconds. */
  long standingNanos() {
    return base == UNKNOWN || least() == UNKNOWN ? 0 : Math.max(0, least() - base);
  }

  /**
   * Whether a queue stands that is more than the line's usual restlessness: above what jitter makes
   * of the quickest packets, and above what has been usual for some seconds.
   */
  boolean stands() {
    double standing = standingNanos();
    return standing > MIN_QUEUE_NANOS + Math.min(SPREAD_SHARE * spread, MAX_SPREAD_NANOS)
        && (standing > LONG_QUEUE_NANOS || standing > usual + 2 * deviation);
  }

  /** Whether enough came to believe {@link #spreadNanos}. */
  boolean known() {
    return samples > ENOUGH;
  }

  /** How much longer a packet takes on average than the quickest about it, in nanoseconds. */
  long spreadNanos() {
    return (long) spread;
  }

  /** Takes the present delay for the line's own: the queue that stands is not ours to drain. */
  void rebase() {
    base = least();
    nextBase = base;
  }
}
