package org.consultrelay.relay.bwe;

import java.util.Arrays;

/**
 * How long packets wait in queues: the least one-way delay of late above the least for long. The
 * clocks of both ends need not agree, as only differences count.
 */
final class QueueDelay {
  private static final long BUCKET_NANOS = 50_000_000;
  private static final int BUCKETS = 5;
  private static final long BASE_NANOS = 15_000_000_000L;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final long[] recent = new long[BUCKETS];
  private long bucket = Long.MIN_VALUE;
  private long base = UNKNOWN;
  private long nextBase = UNKNOWN;
  private long baseUntil;
  private double spread;

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
    spread += 0.02 * (oneWayNanos - least() - spread);
  }

  private long least() {
    long least = UNKNOWN;
    for (long delay : recent) {
      least = Math.min(least, delay);
    }
    return least;
  }

  /** How much longer than ever the quickest packets of the last 200 ms took, in nanoseconds. */
  long standingNanos() {
    return base == UNKNOWN ? 0 : Math.max(0, least() - base);
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
