package org.consultrelay.relay.sfu;

/**
 * Gives a subscriber one unbroken sequence while the source's packets are switched or left out.
 * Between two changes the difference between what came in and what goes out is constant, so it
 * keeps only the points at which it changed: enough to number a late packet as if it had come in
 * time, and to find the source of a packet that the subscriber asks for again.
 *
 * <p>Numbers are extended (roll-over counter and 16 bits); outgoing ones are SRTP indices.
 */
final class SequenceRewriter {
  /** How many changes back a late packet or a retransmission can reach. */
  private static final int HISTORY = 32;

  /** No such packet: too old, or left out on purpose. */
  static final long NONE = -1;

  private final long[] sourceStart = new long[HISTORY];
  private final long[] outStart = new long[HISTORY];
  private int changes;
  private long highestSource = -1;
  private long highestOut;

  /**
   * Starts a sequence.
   *
   * @param firstOut the number that the first packet gets
   */
  SequenceRewriter(long firstOut) {
    this.highestOut = firstOut - 1;
  }

  /** The highest number given out. */
  long highestOut() {
    return highestOut;
  }

  /**
   * Continues from another source, or from the same one at another place: {@code source} becomes
   * the next number. What the earlier source sent before can no longer be numbered.
   */
  void switchTo(long source) {
    changes = 0;
    push(source, highestOut + 1);
    highestSource = source - 1;
  }

  /** Whether a source was chosen. */
  boolean isStarted() {
    return changes > 0;
  }

  /**
   * The outgoing number of a source packet, or {@link #NONE} when it is older than the history or
   * was left out.
   */
  long rewrite(long source) {
    if (source > highestSource) {
      long out = highestOut + (source - highestSource);
      highestSource = source;
      highestOut = out;
      return out;
    }
    for (int i = changes - 1; i >= 0 && i >= changes - HISTORY; i--) {
      int at = i & (HISTORY - 1);
      if (source >= sourceStart[at]) {
        long out = outStart[at] + (source - sourceStart[at]);
        // Numbers from the next change on belong to what was sent after the gap was closed.
        long end = i == changes - 1 ? highestOut + 1 : outStart[(i + 1) & (HISTORY - 1)];
        return out < end ? out : NONE;
      }
    }
    return NONE;
  }

  /** Leaves a packet out and closes the gap. Late packets cannot be left out without a gap. */
  void leaveOut(long source) {
    if (source <= highestSource) {
      return;
    }
    // Numbers between the last packet and this one stay reserved for those that are late.
    highestOut += source - highestSource - 1;
    highestSource = source;
    push(source + 1, highestOut + 1);
  }

  /** The source number behind an outgoing one, or {@link #NONE}. */
  long source(long out) {
    if (out > highestOut) {
      return NONE;
    }
    for (int i = changes - 1; i >= 0 && i >= changes - HISTORY; i--) {
      int at = i & (HISTORY - 1);
      if (out >= outStart[at]) {
        return sourceStart[at] + (out - outStart[at]);
      }
    }
    return NONE;
  }

  private void push(long source, long out) {
    int last = (changes - 1) & (HISTORY - 1);
    if (changes > 0 && outStart[last] == out) {
      // Two packets left out in a row: one change, further on.
      sourceStart[last] = source;
      return;
    }
    int at = changes & (HISTORY - 1);
    sourceStart[at] = source;
    outStart[at] = out;
    changes++;
  }
}
