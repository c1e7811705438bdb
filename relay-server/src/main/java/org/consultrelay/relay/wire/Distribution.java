package org.consultrelay.relay.wire;

import java.util.Arrays;

/**
 * How often values fell below which bound: a histogram of plain fields. One thread adds and
 * allocates nothing by it; any thread may read, and sees values that were true a moment ago.
 */
public final class Distribution {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long[] bounds;
  private final long[] counts;
  private long sum;

  private Distribution(long[] bounds) {
    for (int i = 1; i < bounds.length; i++) {
      if (bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException("bounds rise");
      }
    }
    this.bounds = bounds;
    this.counts = new long[bounds.length + 1];
  }

  /**
   * One without values.
   *
   * @param bounds inclusive upper bounds, rising; above the last there is one more bucket
   */
  public static Distribution of(long... bounds) {
    return new Distribution(bounds.clone());
  }

  /**
   * One of durations, without values.
   *
   * @param millis inclusive upper bounds in milliseconds, rising; values are in nanoseconds
   */
  public static Distribution ofMillis(double... millis) {
    return new Distribution(
        Arrays.stream(millis).mapToLong(each -> Math.round(each * NANOS_PER_MILLI)).toArray());
  }

  /** Adds a value. */
  public void add(long value) {
    add(value, 1);
  }

  /** Adds a value so many times. */
  public void add(long value, long times) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts[bucket] += times;
    sum += value * times;
  }

  /** How many buckets there are; the last has no upper bound. */
  public int buckets() {
    return counts.length;
  }

  /** The inclusive upper bound of a bucket; {@link Long#MAX_VALUE} for the last. */
  public long bound(int bucket) {
    return bucket < bounds.length ? bounds[bucket] : Long.MAX_VALUE;
  }

  /** How many values are in a bucket, those of the buckets below not among them. */
  public long count(int bucket) {
    return counts[bucket];
  }

  /** The sum of all values. */
  public long sum() {
    return sum;
  }
}
