package org.consultrelay.relay.layers;

/**
 * Gives a subscriber one unbroken row of numbers (sequence numbers, VP8's picture ids) while the
 * source's are switched or left out. Between two changes the difference between what came in and
 * what goes out is constant, so it keeps only the runs between changes: enough to number a late
 * packet as if it had come in time, also one of the source before the switch, and to find the
 * source of a packet that the subscriber asks for again. Numbers are extended.
 */
final class NumberLine {
  /** No such number: too old, or left out. */
  static final long NONE = -1;

  private final int mask;
  private final long[] sourceStart;
  private final long[] outStart;
  private final int[] eras;
  private int runs;
  private long highestSource = -1;
  private long highestOut;
  private int foundEra;

  /** The source number that the highest went to, and its era; -1 when it was left out since. */
  private long givenSource = -1;

  private int presentEra;

  /**
   * Starts a row.
   *
   * @param history how many changes back it can reach; a power of two
   * @param firstOut the number that the first one gets
   */
  NumberLine(int history, long firstOut) {
    mask = history - 1;
    sourceStart = new long[history];
    outStart = new long[history];
    eras = new int[history];
    highestOut = firstOut - 1;
  }

  /** Before the first number: let it be another than was said at the start. */
  void startAt(long firstOut) {
    highestOut = firstOut - 1;
  }

  long highestOut() {
    return highestOut;
  }

  /** The highest number of the present era's source. */
  long highestSource() {
    return highestSource;
  }

  /** A new era begins: {@code source} gets the next number. */
  void switchTo(int era, long source) {
    push(era, source, highestOut + 1);
    highestSource = source - 1;
    presentEra = era;
    givenSource = -1;
  }

  /** The next number of the present era, above all before; a gap in the source is one here too. */
  long advance(long source) {
    highestOut += source - highestSource;
    highestSource = source;
    givenSource = source;
    return highestOut;
  }

  /** Leaves a number out and closes the gap; one at or below the highest is too late for that. */
  void leaveOut(long source) {
    if (source > highestSource) {
      // What lies between the last one and this stays reserved for those that are late.
      highestOut += source - highestSource - 1;
      highestSource = source;
      givenSource = -1;
      push(eras[runs - 1 & mask], source + 1, highestOut + 1);
    }
  }

  /** The number in an era that a source number has or had kept for it, or {@link #NONE}. */
  long find(int era, long source) {
    if (source == givenSource && era == presentEra) {
      return highestOut;
    }
    long end = highestOut + 1;
    for (int i = runs - 1; i >= 0 && i >= runs - 1 - mask; i--) {
      int at = i & mask;
      if (eras[at] == era && source >= sourceStart[at]) {
        long out = outStart[at] + (source - sourceStart[at]);
        return out < end ? out : NONE;
      }
      if (eras[at] < era) {
        return NONE;
      }
      end = outStart[at];
    }
    return NONE;
  }

  /** The source number behind one that went out, or {@link #NONE}; {@link #foundEra()} is its. */
  long source(long out) {
    if (out > highestOut) {
      return NONE;
    }
    for (int i = runs - 1; i >= 0 && i >= runs - 1 - mask; i--) {
      int at = i & mask;
      if (out >= outStart[at]) {
        foundEra = eras[at];
        return sourceStart[at] + (out - outStart[at]);
      }
    }
    return NONE;
  }

  int foundEra() {
    return foundEra;
  }

  private void push(int era, long source, long out) {
    int last = runs - 1 & mask;
    if (runs > 0 && outStart[last] == out) {
      // Nothing went out in the last run: the new one takes its place.
      runs--;
    }
    int at = runs++ & mask;
    sourceStart[at] = source;
    outStart[at] = out;
    eras[at] = era;
  }
}
