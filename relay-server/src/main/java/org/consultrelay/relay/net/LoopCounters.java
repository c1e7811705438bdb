package org.consultrelay.relay.net;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.consultrelay.relay.wire.Distribution;

/**
 * How a media loop is doing. Written by the loop with plain stores; any thread may read, and sees
 * values that were true a moment ago.
 */
public final class LoopCounters {
  private static final long MILLI = 1_000_000;

  /** Ten seconds. */
  private static final long WINDOW_TICKS = 10_000 * MILLI / TimerWheel.TICK_NANOS;

  private final long threadId;
  private final Distribution lateness =
      Distribution.ofMillis(0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000);
  private final Distribution turnSizes = Distribution.of(1, 2, 4, 8, 16, 32, 64, 128, 256);
  private final Distribution handling =
      Distribution.ofMillis(0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 500);
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
    turnSizes.add(received);
    handling.add(nanos, received);
  }

  void tick(long lateNanos) {
    ticks++;
    lateness.add(lateNanos);
    if (ticks % WINDOW_TICKS == 0) {
      latenessMaxBefore = latenessMaxNow;
      latenessMaxNow = 0;
    }
    latenessMaxNow = Math.max(latenessMaxNow, lateNanos);
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

  /** How late ticks were, in nanoseconds after when they were due. */
  public Distribution lateness() {
    return lateness;
  }

  /** The sum over all ticks of how late they were. */
  public long latenessSumNanos() {
    return lateness.sum();
  }

  /** The latest that a tick was in the last ten to twenty seconds. */
  public long latenessMaxNanos() {
    return Math.max(latenessMaxNow, latenessMaxBefore);
  }

  /** How many datagrams came in a turn. */
  public Distribution turnSizes() {
    return turnSizes;
  }

  /**
   * For each datagram, how many nanoseconds its turn took: from when the loop began to read until
   * all that came of it was given to the kernel. A datagram stays in the relay for that long at
   * most.
   */
  public Distribution handling() {
    return handling;
  }

  /** Heap bytes allocated by the loop's thread so far; -1 where the JVM does not say. */
  public long allocatedBytes() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
        ? threads.getThreadAllocatedBytes(threadId)
        : -1;
  }
}
