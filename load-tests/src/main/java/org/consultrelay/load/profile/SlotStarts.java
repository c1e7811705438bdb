package org.consultrelay.load.profile;

import java.util.SplittableRandom;

/** When within a slot consultations start: a bunch at its begin, the others over all of it. */
final class SlotStarts {
  private final long slotNanos;
  private final double bunched;
  private final long withinNanos;

  SlotStarts(Profile.Slots slots) {
    slotNanos = slots.every().toNanos();
    bunched = slots.bunched();
    withinNanos = slots.within().toNanos();
  }

  long slotNanos() {
    return slotNanos;
  }

  /**
   * Draws a start, in nanoseconds from the slot's begin. What is not bunched is spread over the
   * rest of the slot, so that the share in its begin is as the profile says.
   */
  long draw(SplittableRandom random) {
    boolean early = withinNanos == slotNanos || random.nextDouble() < bunched;
    return early
        ? random.nextLong(withinNanos)
        : withinNanos + random.nextLong(slotNanos - withinNanos);
  }

  /** Draws how many events a time has that has so many in the mean (Poisson). */
  static int poisson(SplittableRandom random, double mean) {
    if (mean > 200) {
      return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    int count = 0;
    for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }
}
