package org.consultrelay.relay.bwe;

/**
 * The rate that losses allow. Loss that does not go away when less is sent is the line's own and
 * limits nothing: a drop in rate is a trial, taken back when it did not help. So ten per cent of
 * random loss does not collapse the rate, as draft-ietf-rmcat-gcc-02 §6 would, and a policer or a
 * short queue still brings it down.
 */
final class LossRate {
  private static final long WINDOW_NANOS = 200_000_000;
  private static final int MIN_PACKETS = 20;
  private static final int LOSSY_WINDOWS = 3;
  private static final int SETTLE_WINDOWS = 2;
  private static final int TRIAL_WINDOWS = 3;
  private static final int TRIAL_PACKETS = 150;
  private static final double HELPED = 0.4;
  private static final int MAX_TRIALS = 2;
  private static final double SLACK = 0.03;
  private static final double DEVIATIONS = 2.5;
  private static final double CUT = 0.95;
  private static final double DEEPEST = 0.4;
  private static final double HOPELESS = 0.5;
  private static final double GROWTH_PER_SECOND = 1.08;
  private static final double DOWN_WEIGHT = 0.02;
  private static final double UP_WEIGHT = 0.01;
  private static final double SECOND = 1e9;

  private final double min;
  private double limit = Double.POSITIVE_INFINITY;
  private double inherent;
  private long windowStart = Long.MIN_VALUE;
  private final int[] came = new int[2];
  private final int[] missing = new int[2];
  private int window;
  private int received;
  private int lost;
  private int lossyWindows;
  private int lossyReceived;
  private int lossyLost;
  private int trialWindows;
  private int trialReceived;
  private int trialLost;
  private int trials;
  private double before;
  private double lossBefore;

  LossRate(double min) {
    this.min = min;
  }

  void received() {
    came[window]++;
  }

  /** One was reported as missing. */
  void lost() {
    missing[window]++;
  }

  /** In which window that is counted now, 0 or 1. */
  int window() {
    return window;
  }

  /** One that was counted as missing in that window has come after all. */
  void recovered(int inWindow) {
    missing[inWindow] = Math.max(0, missing[inWindow] - 1);
    came[inWindow]++;
  }

  /**
   * After each feedback.
   *
   * @param target what is sent now, in bits per second, for want of losses
   * @param through what came through, in bits per second; 0 while unknown
   * @param lowered whether the rate came down of late for delay, which accounts for losses
   */
  void update(double target, double through, boolean lowered, long nowNanos) {
    if (windowStart == Long.MIN_VALUE) {
      windowStart = nowNanos;
    }
    long nanos = nowNanos - windowStart;
    if (nanos < WINDOW_NANOS || came[window] + missing[window] < MIN_PACKETS) {
      return;
    }
    // The window before this one: what was only late has come by now.
    window ^= 1;
    received = came[window];
    lost = missing[window];
    came[window] = 0;
    missing[window] = 0;
    windowStart = nowNanos;
    if (received + lost == 0) {
      return;
    }
    grow(target, nanos / SECOND);
    if (trialWindows > 0) {
      trial(through);
    } else {
      watch(target, through, lowered);
    }
  }

  private void grow(double target, double seconds) {
    if (trialWindows > 0 || limit == Double.POSITIVE_INFINITY) {
      return;
    }
    limit *= Math.pow(GROWTH_PER_SECOND, seconds);
    if (limit > 2 * target) {
      limit = Double.POSITIVE_INFINITY;
    }
  }

  private void watch(double target, double through, boolean lowered) {
    if (!significant(received, lost)) {
      double loss = (double) lost / (received + lost);
      inherent += (loss < inherent ? DOWN_WEIGHT : UP_WEIGHT) * (loss - inherent);
      lossyWindows = 0;
      lossyReceived = 0;
      lossyLost = 0;
      return;
    }
    if (lowered) {
      return;
    }
    lossyReceived += received;
    lossyLost += lost;
    if (++lossyWindows < LOSSY_WINDOWS) {
      return;
    }
    trials = 0;
    before = Math.min(limit, target);
    cut(through, (double) lossyLost / (lossyReceived + lossyLost));
    lossyWindows = 0;
    lossyReceived = 0;
    lossyLost = 0;
  }

  private void cut(double through, double loss) {
    lossBefore = loss;
    double rate = Math.min(limit, before);
    double carried = through > 0 ? through / (1 - inherent) : (1 - loss + inherent) * rate;
    limit = Math.max(min, CUT * Math.clamp(carried, rate * DEEPEST, rate));
    trialWindows = SETTLE_WINDOWS + TRIAL_WINDOWS;
    trialReceived = 0;
    trialLost = 0;
    trials++;
  }

  private void trial(double through) {
    if (trialWindows-- > TRIAL_WINDOWS) {
      return;
    }
    trialReceived += received;
    trialLost += lost;
    if (trialWindows > 0) {
      return;
    }
    if (trialReceived + trialLost < TRIAL_PACKETS) {
      trialWindows = 1;
      return;
    }
    double loss = (double) trialLost / (trialReceived + trialLost);
    if (loss < inherent + HELPED * (lossBefore - inherent)) {
      return;
    }
    if (loss > HOPELESS || (loss > lossBefore * 1.5 && trials < MAX_TRIALS)) {
      cut(through, loss);
      return;
    }
    // Less was sent and as much of it was lost: that is how the line is.
    inherent = loss;
    limit = Double.POSITIVE_INFINITY;
  }

  private boolean significant(int there, int gone) {
    double packets = there + gone;
    double expected = inherent * packets;
    double deviation = Math.sqrt(packets * inherent * (1 - inherent));
    return gone > expected + SLACK * packets + DEVIATIONS * deviation && gone > 1;
  }

  /** A probe found that the line carries so much, in bits per second. */
  void found(double bitsPerSecond) {
    if (trialWindows == 0) {
      limit = Math.max(limit, bitsPerSecond);
    }
  }

  /** Whether it is being found out what a lower rate does to the losses. */
  boolean trying() {
    return trialWindows > 0;
  }

  /** In bits per second; infinite when losses do not matter. */
  double limit() {
    return limit;
  }

  /** The share of packets that the line loses whatever is sent, 0 to 1. */
  double inherent() {
    return inherent;
  }
}
