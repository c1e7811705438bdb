package org.consultrelay.relay.bwe;

import java.util.Arrays;

/** What came through of late, in bits per second of the receiver's time. */
final class AcknowledgedRate {
  private static final long BUCKET_NANOS = 25_000_000;
  private static final int BUCKETS = 20;
  private static final int RECENT = 5;
  private static final double SECOND = 1e9;

  private final long[] bytes = new long[BUCKETS];
  private long first = Long.MIN_VALUE;
  private long newest = Long.MIN_VALUE;

  /** Takes a packet and when it came, in nanoseconds, in any order. */
  void add(int size, long arrivalNanos) {
    long bucket = Math.floorDiv(arrivalNanos, BUCKET_NANOS);
    if (newest == Long.MIN_VALUE || bucket - newest > 4 * BUCKETS) {
      // After a long silence the rate is unknown rather than low.
      Arrays.fill(bytes, 0);
      first = bucket;
      newest = bucket;
    }
    while (newest < bucket) {
      newest++;
      bytes[(int) Math.floorMod(newest, (long) BUCKETS)] = 0;
    }
    if (bucket > newest - BUCKETS && bucket >= first) {
      bytes[(int) Math.floorMod(bucket, (long) BUCKETS)] += size;
    }
  }

  /** Over the last half second; 0 while too little came to tell. The newest bucket is not full. */
  double bitsPerSecond() {
    return over(BUCKETS - 1);
  }

  /** Over the last eighth of a second only. */
  double recentBitsPerSecond() {
    return over(RECENT);
  }

  private double over(int buckets) {
    long full = newest == Long.MIN_VALUE ? 0 : Math.min(buckets, newest - first);
    if (full < RECENT) {
      return 0;
    }
    long sum = 0;
    for (long i = newest - full; i < newest; i++) {
      sum += bytes[(int) Math.floorMod(i, (long) BUCKETS)];
    }
    return sum * 8 * SECOND / (full * BUCKET_NANOS);
  }
}
