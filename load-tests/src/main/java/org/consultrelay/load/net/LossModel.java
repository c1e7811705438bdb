package org.consultrelay.load.net;

import java.util.SplittableRandom;

/** Which packets a line loses. Remembers whether the line is good or bad. */
final class LossModel {
  /** What becomes of a packet. */
  enum Fate {
    KEPT,
    LOST_ALONE,
    LOST_IN_BURST
  }

  private final SplittableRandom random;
  private boolean bad;

  LossModel(SplittableRandom random) {
    this.random = random;
  }

  /** The fate of the next packet. */
  Fate next(Impairment impairment) {
    Burst burst = impairment.burst();
    if (burst == null) {
      bad = false;
    } else {
      // A state lasts for at least one packet, so lengths of mean m end with probability 1/m.
      boolean was = bad;
      if (random.nextDouble() * (was ? burst.bad() : burst.good()) < 1) {
        bad = !was;
      }
      if (bad) {
        return Fate.LOST_IN_BURST;
      }
    }
    return random.nextDouble() * 100 < impairment.lossPercent() ? Fate.LOST_ALONE : Fate.KEPT;
  }
}
