package org.consultrelay.relay.sfu;

import java.util.Arrays;

/**
 * How readings of one thing were spread over a long time, in a few bytes: counts in steps of a
 * quarter of an octave, so a median is within a tenth of what it was. Allocates nothing once made.
 */
final class Readings {
  private static final int STEPS = 64;
  private static final int PER_OCTAVE = 4;

  private final long unit;
  private final char[] counts = new char[STEPS];
  private long lowest = Long.MAX_VALUE;
  private long highest;

  /**
   * No readings.
   *
   * @param unit what is not told apart, more than 0; the largest that is told apart is 65,536 times
   *     that
   */
  Readings(long unit) {
    this.unit = unit;
  }

  /** Adds one, 0 or more. */
  void add(long value) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    int step = step(value);
    if (counts[step] == Character.MAX_VALUE) {
      // A day of seconds: what was before counts half.
      for (int i = 0; i < STEPS; i++) {
        counts[i] = (char) (counts[i] / 2);
      }
    }
    counts[step]++;
  }

  private int step(long value) {
    long units = value / unit;
    if (units == 0) {
      return 0;
    }
    int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(units);
    long part = octave < 2 ? units << (2 - octave) : units >>> (octave - 2);
    return (int) Math.min(STEPS - 1, (long) octave * PER_OCTAVE + part % PER_OCTAVE);
  }

  /** Whether there are any. */
  boolean isEmpty() {
    return lowest == Long.MAX_VALUE;
  }

  /** Half of them are less, about; 0 without readings. */
  long median() {
    long all = 0;
    for (char count : counts) {
      all += count;
    }
    long below = 0;
    for (int i = 0; i < STEPS && all > 0; i++) {
      below += counts[i];
      if (2 * below >= all) {
        return Math.clamp(middle(i), lowest, highest);
      }
    }
    return 0;
  }

  private long middle(int step) {
    double octave = Math.scalb(1.0, step / PER_OCTAVE);
    return (long) (unit * octave * (1 + (step % PER_OCTAVE + 0.5) / PER_OCTAVE));
  }

  /** The least; 0 without readings. */
  long lowest() {
    return isEmpty() ? 0 : lowest;
  }

  /** The most; 0 without readings. */
  long highest() {
    return highest;
  }

  @Override
  public String toString() {
    return lowest() + " to " + highest + " " + Arrays.toString(counts);
  }
}
