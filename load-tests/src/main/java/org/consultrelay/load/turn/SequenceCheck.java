package org.consultrelay.load.turn;

import java.util.Arrays;

/**
 * What became of the numbered packets of one flow: which came, which came twice, which came late.
 * One thread; allocates nothing.
 */
final class SequenceCheck {
  /** A packet this much behind the highest cannot be told from one that came before. */
  static final int WINDOW = 1 << 14;

  /** A packet that took longer is late, though it counts as received. */
  static final long LATE_NANOS = 250_000_000;

  private final long[] seen = new long[WINDOW / Long.SIZE];
  private long highest = -1;
  private long received;
  private long duplicated;
  private long late;

  /**
   * A packet has come.
   *
   * @param sequence from 0, as sent
   * @param tookNanos from sending to arrival
   * @return whether it is one that was not here before
   */
  boolean arrived(long sequence, long tookNanos) {
    if (sequence > highest) {
      forget(sequence);
      highest = sequence;
    } else if (highest - sequence >= WINDOW) {
      late++;
      return false;
    } else if ((seen[word(sequence)] & 1L << sequence) != 0) {
      duplicated++;
      return false;
    }
    seen[word(sequence)] |= 1L << sequence;
    received++;
    if (tookNanos > LATE_NANOS) {
      late++;
    }
    return true;
  }

  /** Clears the bits between the highest number so far and the new one. */
  private void forget(long sequence) {
    if (sequence - highest >= WINDOW) {
      Arrays.fill(seen, 0);
      return;
    }
    for (long s = highest + 1; s <= sequence; s++) {
      seen[word(s)] &= ~(1L << s);
    }
  }

  private static int word(long sequence) {
    return (int) (sequence & (WINDOW - 1)) / Long.SIZE;
  }

  /** Different packets that came. */
  long received() {
    return received;
  }

  /** Packets that came once more. */
  long duplicated() {
    return duplicated;
  }

  /** Packets that took longer than {@link #LATE_NANOS}, or came too late to be told apart. */
  long late() {
    return late;
  }
}
