package org.consultrelay.load.profile;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A whole day's consultations, one after the other in the order of their starts, without keeping
 * them: for plans of a million. The same seed gives the same day. Use: {@code while (next()) …}.
 */
public final class DayArrivals {
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final int HOURS = 24;

  private final Profile profile;
  private final double consultations;
  private final SplittableRandom random;
  private final SlotStarts slots;
  private final int slotsAnHour;
  private long[] starts = new long[0];
  private int left;
  private int slot = -1;
  private long startNanos;
  private long lengthNanos;
  private int people;
  private boolean video;

  /**
   * A day that has not begun.
   *
   * @param consultations of it, in the mean
   */
  public DayArrivals(Profile profile, double consultations, long seed) {
    this.profile = profile;
    this.consultations = consultations;
    random = new SplittableRandom(seed);
    slots = new SlotStarts(profile.slots());
    slotsAnHour = (int) (HOUR_NANOS / slots.slotNanos());
  }

  /** Goes on to the next consultation; false when the day is over. */
  public boolean next() {
    while (left == 0) {
      if (++slot == HOURS * slotsAnHour) {
        return false;
      }
      fill();
    }
    startNanos = starts[starts.length - left--];
    lengthNanos = profile.lengths().draw(random);
    people = profile.people().draw(random);
    video = random.nextDouble() >= profile.audioOnly();
    return true;
  }

  private void fill() {
    double mean = consultations * profile.hours().get(slot / slotsAnHour) / slotsAnHour;
    starts = new long[SlotStarts.poisson(random, mean)];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = slot * slots.slotNanos() + slots.draw(random);
    }
    Arrays.sort(starts);
    left = starts.length;
  }

  /** When it starts, in nanoseconds from midnight. */
  public long startNanos() {
    return startNanos;
  }

  /** How long it lasts, in nanoseconds. */
  public long lengthNanos() {
    return lengthNanos;
  }

  /** How many take part. */
  public int people() {
    return people;
  }

  /** Whether they see each other. */
  public boolean video() {
    return video;
  }
}
