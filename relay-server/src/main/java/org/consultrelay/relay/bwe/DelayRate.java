package org.consultrelay.relay.bwe;

/**
 * The rate that the delays allow (draft-ietf-rmcat-gcc-02 §5.5): additive increase near the rate at
 * which queues were last seen to grow, multiplicative increase far from it, multiplicative decrease
 * below what came through. What was queued meanwhile is drained by a still lower rate for a moment.
 */
final class DelayRate {
  private static final double DECREASE = 0.9;
  private static final double RESTLESS_DECREASE = 0.87;

  /** One decrease takes no more than that: what came through may be little for other reasons. */
  private static final double DEEPEST = 0.75;

  private static final double RESTLESS_DEEPEST = 0.9;
  private static final long LONG_NANOS = 80_000_000;

  private static final double GROWTH_PER_SECOND = 1.08;
  private static final double FIRST_GROWTH_PER_SECOND = 1.5;
  private static final double MIN_ADDITIVE = 4_000;
  private static final double ADDITIVE_SHARE = 0.02;
  private static final double RESTLESS_SHARE = 0.05;
  private static final int MAX_DOUBTFUL = 1;
  private static final long DOUBTFUL_NANOS = 20_000_000;
  private static final double PATIENCE_SECONDS = 5;
  private static final double DOUBLE_SECONDS = 2;
  private static final double MAX_SHARE = 0.2;
  private static final double FRAMES_PER_SECOND = 30;
  private static final double PACKET_BITS = 9_600;
  private static final double AHEAD = 1.5;
  private static final double AHEAD_BITS = 10_000;
  private static final long RESPONSE_NANOS = 100_000_000;
  private static final double SECOND = 1e9;

  private final double min;
  private final double max;
  private final LinkCapacity capacity = new LinkCapacity();
  private final Drain drain = new Drain();
  private double decrease = DECREASE;
  private double leastShare = ADDITIVE_SHARE;
  private double target;
  private boolean starting = true;
  private int doubtful;
  private long spreadNanos;
  private boolean holding;
  private long lastDecrease = Long.MIN_VALUE;
  private long lastUpdate = Long.MIN_VALUE;

  DelayRate(double start, double min, double max) {
    this.target = start;
    this.min = min;
    this.max = max;
  }

  /**
   * Takes what one feedback said.
   *
   * @param through the rate that the line carried, in bits per second; 0 while unknown
   * @param atMost the same, when it is not certain: what it carried at the most
   * @param limited whether less is sent than the target for want of data
   * @param standingNanos how long the quickest packets are queued
   */
  void update(
      LineUse use,
      double through,
      double atMost,
      boolean limited,
      long standingNanos,
      long roundTripNanos,
      long nowNanos) {
    double seconds =
        lastUpdate == Long.MIN_VALUE ? 0 : Math.min(1, (nowNanos - lastUpdate) / SECOND);
    lastUpdate = nowNanos;
    drain(atMost, standingNanos, roundTripNanos, nowNanos);
    if (use == LineUse.OVERUSE) {
      if (mayDecrease(through, roundTripNanos, nowNanos)) {
        decrease(atMost, standingNanos, nowNanos);
      }
      holding = true;
    } else if (use == LineUse.UNDERUSE || drain.active()) {
      holding = true;
    } else if (holding) {
      holding = false;
    } else {
      increase(through, limited, roundTripNanos, seconds, nowNanos);
    }
  }

  private boolean mayDecrease(double through, long roundTripNanos, long nowNanos) {
    if (lastDecrease == Long.MIN_VALUE) {
      return true;
    }
    long since = nowNanos - lastDecrease;
    return since >= roundTripNanos + RESPONSE_NANOS + RESPONSE_NANOS
        || (since >= RESPONSE_NANOS && through > 0 && through < DEEPEST * target);
  }

  private void decrease(double atMost, long standingNanos, long nowNanos) {
    double carried = atMost > 0 ? atMost : target;
    if (!starting || spreadNanos < DOUBTFUL_NANOS || ++doubtful > MAX_DOUBTFUL) {
      // Where delays vary the first may have been a mistake.
      starting = false;
      capacity.overused(carried);
    }
    drain.start(target, nowNanos);
    boolean careful = decrease == RESTLESS_DECREASE && standingNanos < LONG_NANOS;
    double deepest = careful ? RESTLESS_DEEPEST : DEEPEST;
    target = Math.clamp(Math.min(target, Math.max(decrease * carried, deepest * target)), min, max);
    lastDecrease = nowNanos;
  }

  private void drain(double atMost, long standingNanos, long roundTripNanos, long nowNanos) {
    boolean ended = drain.update(atMost, standingNanos, roundTripNanos, nowNanos);
    if (ended && !drain.inVain()) {
      double rate = Math.max(target, decrease * drain.carried());
      target = Math.clamp(Math.min(rate, decrease * drain.ceiling()), min, max);
    } else if (drain.active()) {
      target = Math.clamp(Math.min(target, drain.ceiling()), min, max);
    }
  }

  private void increase(
      double through, boolean limited, long roundTripNanos, double seconds, long nowNanos) {
    capacity.carried(through);
    double grown;
    if (capacity.known()) {
      double packets = Math.ceil(target / FRAMES_PER_SECOND / PACKET_BITS);
      double packetBits = target / FRAMES_PER_SECOND / packets;
      double perSecond = packetBits / ((roundTripNanos + RESPONSE_NANOS) / SECOND) / 2;
      grown =
          target + seconds * Math.max(Math.max(MIN_ADDITIVE, perSecond), share(nowNanos) * target);
    } else {
      grown = target * Math.pow(starting ? FIRST_GROWTH_PER_SECOND : GROWTH_PER_SECOND, seconds);
    }
    if (limited) {
      // Nothing tests a higher rate now; probes do.
      return;
    }
    if (through > 0) {
      grown = Math.min(grown, Math.max(target, AHEAD * through + AHEAD_BITS));
    }
    target = Math.clamp(grown, min, max);
  }

  /** Faster the longer no queue was seen. */
  private double share(long nowNanos) {
    double patience = (nowNanos - lastDecrease) / SECOND - PATIENCE_SECONDS;
    return Math.min(MAX_SHARE, leastShare * Math.pow(2, Math.max(0, patience) / DOUBLE_SECONDS));
  }

  /**
   * How much the line's delay wanders.
   *
   * @param is whether by so much that rates cannot be told exactly
   * @param nanos {@link QueueDelay#spreadNanos}
   */
  void restless(boolean is, long nanos) {
    decrease = is ? RESTLESS_DECREASE : DECREASE;
    leastShare = is ? RESTLESS_SHARE : ADDITIVE_SHARE;
    spreadNanos = nanos;
    drain.spread(nanos);
  }

  /** A probe or REMB found that the line carries so much. */
  void found(double bitsPerSecond) {
    target = Math.clamp(bitsPerSecond, min, max);
    capacity.carried(bitsPerSecond);
  }

  /** A probe found how much the line carries and no more: the start is over. */
  void saturated() {
    starting = false;
  }

  /** Nothing is heard from the other side: lowers the rate to that. */
  void lower(double bitsPerSecond) {
    target = Math.clamp(Math.min(target, bitsPerSecond), min, max);
  }

  /** Without the drain's discount. */
  double target() {
    return target;
  }

  /** What may be sent now, in bits per second. */
  double current() {
    return Math.max(min, target * drain.factor());
  }

  boolean draining() {
    return drain.active();
  }

  /** Whether the queue of the last drain did not go: it is not ours. */
  boolean drainedInVain() {
    return drain.inVain();
  }

  /** When the rate last came down; {@link Long#MIN_VALUE} for never. */
  long lastDecrease() {
    return lastDecrease;
  }
}
