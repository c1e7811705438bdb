package org.consultrelay.relay.ops;

/**
 * How large the Java heap should be: twice what lives, and room for what is allocated in two
 * seconds. A collector that is told nothing takes whatever the machine allows before it collects,
 * so a minute of noise would leave a relay of 400 MiB at 1,700.
 *
 * <p>It grows at once when more is allocated and shrinks slowly, so that a peak that comes back
 * finds the room it had. Pure: bytes and times come in.
 */
public final class HeapGoal {
  /** The least goal: an idle relay lives in a third of it. */
  public static final long LEAST_BYTES = 64L << 20;

  private static final double ROOM_SECONDS = 2;
  private static final double KEPT_PER_SECOND = 0.97;

  private final long most;
  private long allocated;
  private long lastNanos;
  private double rate;

  /**
   * Before anything was allocated.
   *
   * @param most the heap's own limit, in bytes
   * @param allocated all bytes allocated so far
   */
  public HeapGoal(long most, long allocated, long nowNanos) {
    this.most = most;
    this.allocated = allocated;
    this.lastNanos = nowNanos;
  }

  /**
   * The goal now, in bytes, from {@link #LEAST_BYTES} to the limit. To be asked about once a
   * second.
   *
   * @param live bytes that outlived the last collection
   * @param allocatedNow all bytes allocated so far
   */
  public long next(long live, long allocatedNow, long nowNanos) {
    double seconds = (nowNanos - lastNanos) / 1e9;
    if (seconds > 0) {
      double latest = Math.max(0, allocatedNow - allocated) / seconds;
      rate = Math.max(latest, rate * Math.pow(KEPT_PER_SECOND, seconds));
      allocated = allocatedNow;
      lastNanos = nowNanos;
    }
    double goal = 2.0 * live + ROOM_SECONDS * rate;
    return Math.min(most, Math.max(LEAST_BYTES, (long) goal));
  }
}
