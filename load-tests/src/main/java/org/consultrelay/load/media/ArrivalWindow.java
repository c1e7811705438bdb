package org.consultrelay.load.media;

import java.util.Arrays;

/**
 * Counts which of a run of numbers have come: gaps, and what comes twice. Remembers the newest
 * 2,048.
 */
final class ArrivalWindow {
  /** How many numbers back it can still tell new from known. */
  static final int SIZE = 2_048;

  /** What a number is. */
  enum Mark {
    /** The first of all, or greater than all so far. */
    NEWEST,
    /** Had been missing. */
    LATE,
    /** Has come before. */
    KNOWN,
    /** Older than what is remembered. */
    STALE
  }

  private final long[] bits = new long[SIZE >> 6];
  private boolean started;
  private long lowest;
  private long highest;
  private long unique;

  Mark mark(long number) {
    if (!started) {
      started = true;
      lowest = number;
      highest = number;
      set(number);
      return Mark.NEWEST;
    }
    if (number > highest) {
      forget(number);
      highest = number;
      set(number);
      return Mark.NEWEST;
    }
    if (number <= highest - SIZE) {
      return Mark.STALE;
    }
    if ((bits[word(number)] & 1L << number) != 0) {
      return Mark.KNOWN;
    }
    lowest = Math.min(lowest, number);
    set(number);
    return Mark.LATE;
  }

  private void forget(long upTo) {
    if (upTo - highest >= SIZE) {
      Arrays.fill(bits, 0);
      return;
    }
    for (long number = highest + 1; number < upTo; number++) {
      bits[word(number)] &= ~(1L << number);
    }
    bits[word(upTo)] &= ~(1L << upTo);
  }

  private void set(long number) {
    bits[word(number)] |= 1L << number;
    unique++;
  }

  private static int word(long number) {
    return (int) (number & SIZE - 1) >> 6;
  }

  boolean started() {
    return started;
  }

  long highest() {
    return highest;
  }

  /** Numbers from the lowest to the highest that came. */
  long expected() {
    return started ? highest - lowest + 1 : 0;
  }

  /** Different numbers that came. */
  long unique() {
    return unique;
  }

  /** Numbers between that have not come. */
  long missing() {
    return expected() - unique;
  }

  void reset() {
    started = false;
    unique = 0;
    Arrays.fill(bits, 0);
  }
}
