package org.consultrelay.relay.net;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * How a media loop is doing. Written by the loop with plain stores; any thread may read, and sees
 * values that were true a moment ago.
 */
public final class LoopCounters {
  private static final long MILLI = 1_000_000;

  private static final long[] LATENESS_BOUNDS = {
    MILLI / 2,
    MILLI,
    2 * MILLI,
    5 * MILLI,
    10 * MILLI,
    20 * MILLI,
    50 * MILLI,
    100 * MILLI,
    200 * MILLI,
    500 * MILLI,
    1000 * MILLI
  };

  /** Ten seconds. */
  private static final long WINDOW_TICKS = 10_000 * MILLI / TimerWheel.TICK_NANOS;

  /** Buckets of datagrams in a turn: up to 1, 2, 4, ... 256. */
  private static final int TURN_BUCKETS = 9;

  private final long threadId;
  private final long[] lateness = new long[LATENESS_BOUNDS.length + 1];
  private final long[] turnSizes = new long[TURN_BUCKETS];
  private long latenessSumNanos;
  private long latenessMaxNow;
  private long latenessMaxBefore;
  private long turns;
  private long datagrams;
  private long ticks;
  private long tasks;
  private long busyNanos;

  LoopCounters(long threadId) {
    this.threadId = threadId;
  }

  void turn(int received, long nanos) {
    turns++;
    datagrams += received;
    busyNanos += nanos;
    int bucket = received <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(received - 1);
    turnSizes[Math.min(bucket, TURN_BUCKETS - 1)]++;
  }

  void tick(long lateNanos) {
    ticks++;
    latenessSumNanos += lateNanos;
    if (ticks % WINDOW_TICKS == 0) {
      latenessMaxBefore = latenessMaxNow;
      latenessMaxNow = 0;
    }
    latenessMaxNow = Math.max(latenessMaxNow, lateNanos);
    int bucket = 0;
    while (bucket < LATENESS_BOUNDS.length && lateNanos > LATENESS_BOUNDS[bucket]) {
      bucket++;
    }
    lateness[bucket]++;
  }

  void busy(long nanos) {
    busyNanos += nanos;
  }

  void task(long nanos) {
    tasks++;
    busyNanos += nanos;
  }

  /** How often a socket of the loop was readable. */
  public long turns() {
    return turns;
  }

  /** Datagrams taken out of the loop's sockets, dropped ones too. */
  public long datagrams() {
    return datagrams;
  }

  /** Ticks of the timer wheel. */
  public long ticks() {
    return ticks;
  }

  /** Tasks handed over with {@link MediaLoop#execute}. */
  public long tasks() {
    return tasks;
  }

  /** Nanoseconds spent in turns, ticks and tasks. Other work of the event loop is not in it. */
  public long busyNanos() {
    return busyNanos;
  }

  /** How many buckets the histogram of lateness has; the last has no upper bound. */
  public int latenessBuckets() {
    return lateness.length;
  }

  /**
   * The upper bound of a bucket of lateness in nanoseconds; {@link Long#MAX_VALUE} for the last.
   */
  public static long latenessBoundNanos(int bucket) {
    return bucket < LATENESS_BOUNDS.length ? LATENESS_BOUNDS[bucket] : Long.MAX_VALUE;
  }

  /** How many ticks were this late: after when they were due, and not more than the bound. */
  public long lateness(int bucket) {
    return lateness[bucket];
  }

  /** The sum over all ticks of how late they were. */
  public long latenessSumNanos() {
    return latenessSumNanos;
  }

  /** The latest that a tick was in the last ten to twenty seconds. */
  public long latenessMaxNanos() {
    return Math.max(latenessMaxNow, latenessMaxBefore);
  }

  /** How many buckets the histogram of datagrams in a turn has. */
  public int turnSizeBuckets() {
    return TURN_BUCKETS;
  }

  /** The upper bound of a bucket of datagrams in a turn: 1, 2, 4 and so on to 256. */
  public static int turnSizeBound(int bucket) {
    return 1 << bucket;
  }

  /** How many turns had so many datagrams. */
  public long turnSize(int bucket) {
    return turnSizes[bucket];
  }

  /** Heap bytes allocated by the loop's thread so far; -1 where the JVM does not say. */
  public long allocatedBytes() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
        ? threads.getThreadAllocatedBytes(threadId)
        : -1;
  }

  /** CPU time of the loop's thread in nanoseconds, all its work; -1 where the JVM does not say. */
  public long cpuNanos() {
    return ManagementFactory.getThreadMXBean().isThreadCpuTimeSupported()
        ? ManagementFactory.getThreadMXBean().getThreadCpuTime(threadId)
        : -1;
  }
}
