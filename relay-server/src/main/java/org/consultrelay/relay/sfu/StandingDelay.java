package org.consultrelay.relay.sfu;

/**
 * How much longer packets of a sound take to come than they did a minute ago at best: what stands
 * in the queue of the publisher's line. Sound is sent as it is recorded, so its timestamps tell
 * when. The quickest packet of each second counts, for jitter slows some packets and a queue all.
 *
 * <p>One stream; virtual time; allocates nothing.
 */
final class StandingDelay {
  private static final long SECOND = 1_000_000_000L;

  /**
   * Timestamps count what is recorded. Where recording paused, as while another microphone is
   * chosen or nobody speaks, they stand still and say nothing of before.
   */
  private static final long PAUSE_NANOS = 300_000_000L;

  /** The least is that of the last one to two spans, so that clocks that part do not matter. */
  private static final int SPAN_SECONDS = 60;

  private final int clockRate;
  private boolean known;
  private long lastPacket;
  private boolean anyThisSecond;
  private int quickest;
  private int least;
  private int leastBefore;
  private int seconds;

  /**
   * Nothing is known yet.
   *
   * @param clockRate timestamp units a second
   */
  StandingDelay(int clockRate) {
    this.clockRate = clockRate;
  }

  /**
   * A packet came.
   *
   * @param transit its arrival less its timestamp, in timestamp units that come round
   */
  void packet(int transit, long nowNanos) {
    if (nowNanos - lastPacket > PAUSE_NANOS) {
      known = false;
      anyThisSecond = false;
    }
    lastPacket = nowNanos;
    if (!anyThisSecond || transit - quickest < 0) {
      anyThisSecond = true;
      quickest = transit;
    }
  }

  /**
   * A second is over.
   *
   * @return by how much its quickest packet was later than the quickest of before, in nanoseconds;
   *     0 when nothing is known
   */
  long second() {
    if (!anyThisSecond) {
      return 0;
    }
    anyThisSecond = false;
    if (!known) {
      known = true;
      least = quickest;
      leastBefore = quickest;
      seconds = 0;
      return 0;
    }
    if (quickest - least < 0) {
      least = quickest;
    }
    int lowest = leastBefore - least < 0 ? leastBefore : least;
    if (++seconds == SPAN_SECONDS) {
      seconds = 0;
      leastBefore = least;
      least = quickest;
    }
    return Math.max(0, quickest - lowest) * SECOND / clockRate;
  }
}
