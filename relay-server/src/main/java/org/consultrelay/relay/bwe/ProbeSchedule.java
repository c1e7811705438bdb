package org.consultrelay.relay.bwe;

/**
 * When to probe, and how high: three and six times the start, then twice what was found as long as
 * that is found; after an outage what was there before; and from time to time on a calm line, so
 * that capacity that came back, or is not used for want of data, is known.
 */
final class ProbeSchedule {
  private static final double FIRST = 3;
  private static final double SECOND = 6;
  private static final double FURTHER = 2;
  private static final double FURTHER_RESTLESS = 1.4;
  private static final double FOUND = 0.7;
  private static final double WORTH = 1.1;
  private static final long GOAL_NANOS = 10_000_000_000L;
  private static final long GOAL_INTERVAL_NANOS = 700_000_000;
  private static final long CALM_NANOS = 1_000_000_000L;
  private static final long MIN_INTERVAL_NANOS = 1_500_000_000L;
  private static final long MAX_INTERVAL_NANOS = 4_000_000_000L;
  private static final long LIMITED_INTERVAL_NANOS = 5_000_000_000L;

  private final Probes probes;
  private double wanted = Double.POSITIVE_INFINITY;
  private double target;
  private double goal;
  private long goalUntil;
  private boolean calm;
  private boolean limited;
  private boolean restless;
  private long last;
  private long interval = MIN_INTERVAL_NANOS;
  private long lastOveruse = Long.MIN_VALUE;
  private boolean started;

  ProbeSchedule(Probes probes) {
    this.probes = probes;
  }

  void start(double rate, long nowNanos) {
    started = true;
    target = rate;
    last = nowNanos;
    request(FIRST * rate, nowNanos);
    request(SECOND * rate, nowNanos);
  }

  private void request(double rate, long nowNanos) {
    double capped = Math.min(rate, wanted * WORTH);
    if (capped > WORTH * target) {
      probes.request(capped, nowNanos);
      last = nowNanos;
    }
  }

  void wanted(double bitsPerSecond) {
    wanted = bitsPerSecond;
  }

  private double further() {
    return restless ? FURTHER_RESTLESS : FURTHER;
  }

  /** A train sent at {@code at} found {@code rate}. */
  void found(double rate, double at, long nowNanos) {
    if (rate > FOUND * at && rate > target) {
      target = rate;
      interval = MIN_INTERVAL_NANOS;
      if (!probes.busy()) {
        request(further() * rate, nowNanos);
      }
    }
  }

  /** Feedback is there again after silence, before which the target was that. */
  void recovered(double before, long nowNanos) {
    goal = before;
    goalUntil = nowNanos + GOAL_NANOS;
    request(before / 2, nowNanos);
    request(before, nowNanos);
  }

  void update(
      double newTarget,
      LineUse use,
      boolean busy,
      boolean isLimited,
      boolean isRestless,
      long lastDecrease,
      long nowNanos) {
    target = newTarget;
    limited = isLimited;
    restless = isRestless;
    if (use == LineUse.OVERUSE) {
      lastOveruse = nowNanos;
    }
    calm =
        use == LineUse.NORMAL
            && !busy
            && (lastOveruse == Long.MIN_VALUE || nowNanos - lastOveruse > CALM_NANOS)
            && (lastDecrease == Long.MIN_VALUE || nowNanos - lastDecrease > CALM_NANOS);
  }

  /** When a train may be due. */
  long deadline() {
    if (!started || !calm || probes.busy()) {
      return Long.MAX_VALUE;
    }
    if (aiming()) {
      return last + GOAL_INTERVAL_NANOS;
    }
    if (limited) {
      return last + LIMITED_INTERVAL_NANOS;
    }
    // Where delays wander, trains mislead; growth speeds up by itself.
    return restless ? Long.MAX_VALUE : last + interval;
  }

  private boolean aiming() {
    return goal > FURTHER * target && last < goalUntil;
  }

  void onDeadline(long nowNanos) {
    if (nowNanos < deadline()) {
      return;
    }
    last = nowNanos;
    if (aiming()) {
      request(goal, nowNanos);
      return;
    }
    interval = Math.min(MAX_INTERVAL_NANOS, interval + interval / 2);
    request(further() * target, nowNanos);
  }
}
