package org.consultrelay.relay.dtls;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Caps the handshakes of the whole relay, at once and per second: a handshake costs most of a
 * millisecond of CPU, so a storm of them must not starve the media of calls that are going on.
 * Shared by all loops.
 *
 * <p>The rate is a token bucket kept as one number (the generic cell rate algorithm): the time at
 * which the bucket would be full again. A second's worth may come in one burst.
 */
public final class HandshakeGate {
  private static final long SECOND = 1_000_000_000L;

  private final int concurrent;
  private final long interval;
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong refusedConcurrent = new AtomicLong();
  private final AtomicLong refusedRate = new AtomicLong();

  /**
   * A gate, open.
   *
   * @param concurrent most handshakes at once, at least 1
   * @param perSecond most handshakes begun per second, 1 to 1,000,000
   */
  public HandshakeGate(int concurrent, int perSecond) {
    if (concurrent < 1 || perSecond < 1 || perSecond > 1_000_000) {
      throw new IllegalArgumentException(concurrent + " at once, " + perSecond + " per second");
    }
    this.concurrent = concurrent;
    this.interval = SECOND / perSecond;
  }

  /** Whether a handshake may begin; if so, {@link #leave} must follow when it ends. */
  public boolean tryEnter(long nowNanos) {
    if (active.incrementAndGet() > concurrent) {
      active.decrementAndGet();
      refusedConcurrent.incrementAndGet();
      return false;
    }
    while (true) {
      long before = fullAt.get();
      // MIN_VALUE is "never used"; nanoTime may be negative, so differences, not comparisons.
      long from = before == Long.MIN_VALUE || before - nowNanos < 0 ? nowNanos : before;
      if (from + interval - nowNanos > SECOND) {
        active.decrementAndGet();
        refusedRate.incrementAndGet();
        return false;
      }
      if (fullAt.compareAndSet(before, from + interval)) {
        return true;
      }
    }
  }

  /** A handshake that was let in has ended. */
  public void leave() {
    active.decrementAndGet();
  }

  /** Handshakes going on. */
  public int active() {
    return active.get();
  }

  /** How many were refused because too many were going on. */
  public long refusedConcurrent() {
    return refusedConcurrent.get();
  }

  /** How many were refused because too many had begun within the second. */
  public long refusedRate() {
    return refusedRate.get();
  }
}
