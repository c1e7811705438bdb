package org.consultrelay.relay.bwe;

/**
 * When to probe, and how high: three and six times the start, then twice what was found as long as
 * that is found; after an outage what was there before; and from time to time on a calm line, so
 * that capacity that came back, or is not used for want of data, is known.
 */
final class ProbeSchedule {
  private static final double FIRST_START = 3;
  private static final double SECOND_START = 6;
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
  private long lastBusy = Long.MIN_VALUE;
  private boolean started;

  ProbeSchedule(Probes probes) {
    this.probes = probes;
  }

  void start(double rate, long nowNanos) {
    started = true;
    target = rate;
    last = nowNanos;
    request(FIRST_START * rate, nowNanos);
    request(SECOND_START * rate, nowNanos);
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

  /**
   * Takes what one feedback said.
   *
   * @param newTarget in bits per second
   * @param isCalm whether there is no queue and no loss to be seen to
   * @param isLimited whether less is sent than the target for want of data
   * @param isRestless whether delays wander so much that trains mislead
   */
  void update(
      double newTarget, boolean isCalm, boolean isLimited, boolean isRestless, long nowNanos) {
    target = newTarget;
    limited = isLimited;
    restless = isRestless;
    if (!isCalm) {
      lastBusy = nowNanos;
    }
    calm = lastBusy == Long.MIN_VALUE || nowNanos - lastBusy > CALM_NANOS;
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
