package org.consultrelay.relay.bwe;

/**
 * How many bytes may leave now, so that a frame does not fall on the line at once: bursts of up to
 * {@link #BURST_NANOS}, which segmentation offload can carry, at {@link #FACTOR} times the target.
 * It holds no packets: the owner queues them, tells how many bytes wait, and comes back at the
 * {@link #deadline()}.
 *
 * <p>Audio is never held back, only counted, so that video gives way to it.
 */
public final class Pacer {
  /** How much faster than the target packets may leave, so that a frame is out before the next. */
  public static final double FACTOR = 2.5;

  /** How long a burst may be at the paced rate, in nanoseconds. */
  public static final long BURST_NANOS = 5_000_000;

  /** What waits should leave within that many nanoseconds, whatever the target. */
  public static final long MAX_WAIT_NANOS = 250_000_000;

  private static final int MIN_BURST = 1_500;
  private static final int MAX_DEBT_BURSTS = 8;
  private static final double SECOND = 1e9;

  private double bytesPerSecond;
  private double level;
  private long updatedNanos;
  private long queued;

  /** A pacer for a target in bits per second, with a full burst to begin with. */
  public Pacer(long targetBitsPerSecond, long nowNanos) {
    bytesPerSecond = FACTOR * targetBitsPerSecond / 8;
    updatedNanos = nowNanos;
    level = burst();
  }

  /**
   * Follows the target.
   *
   * @param targetBitsPerSecond above 0
   * @param draining whether a queue on the line is being drained: packets then leave at the target
   *     and no faster
   */
  public void target(long targetBitsPerSecond, boolean draining, long nowNanos) {
    refill(nowNanos);
    bytesPerSecond = (draining ? 1.1 : FACTOR) * targetBitsPerSecond / 8;
  }

  /** So many bytes of video wait from now on. */
  public void queued(int bytes) {
    queued += bytes;
  }

  /** So many bytes that waited will not be sent: their layer was dropped, or they are too old. */
  public void dropped(int bytes) {
    queued = Math.max(0, queued - bytes);
  }

  /** So many bytes that waited have left. */
  public void sent(int bytes, long nowNanos) {
    refill(nowNanos);
    queued = Math.max(0, queued - bytes);
    spend(bytes);
  }

  /** So many bytes have left that never waited: audio, a probe, RTCP. */
  public void sentUnpaced(int bytes, long nowNanos) {
    refill(nowNanos);
    spend(bytes);
  }

  private void spend(int bytes) {
    level = Math.max(level - bytes, -MAX_DEBT_BURSTS * burst());
  }

  /**
   * How many bytes may leave now. While it is above 0, a whole packet may, though it be larger; the
   * rest is owed.
   */
  public int budget(long nowNanos) {
    refill(nowNanos);
    return (int) Math.max(0, level);
  }

  /** How many bytes wait. */
  public long queuedBytes() {
    return queued;
  }

  /** How long it takes until what waits has left, in nanoseconds. */
  public long queueNanos() {
    return (long) (queued * SECOND / rate());
  }

  /**
   * When to come back for the next burst: when a full one, or all that waits, may leave. {@link
   * Long#MAX_VALUE} when nothing waits.
   */
  public long deadline() {
    if (queued == 0) {
      return Long.MAX_VALUE;
    }
    double wanted = Math.min((double) queued, burst());
    return level >= wanted
        ? updatedNanos
        : updatedNanos + (long) Math.ceil((wanted - level) * SECOND / rate());
  }

  private double rate() {
    return Math.max(bytesPerSecond, queued * SECOND / MAX_WAIT_NANOS);
  }

  private double burst() {
    return Math.max(MIN_BURST, rate() * BURST_NANOS / SECOND);
  }

  private void refill(long nowNanos) {
    if (nowNanos > updatedNanos) {
      level = Math.min(burst(), level + rate() * (nowNanos - updatedNanos) / SECOND);
      updatedNanos = nowNanos;
    }
  }
}
