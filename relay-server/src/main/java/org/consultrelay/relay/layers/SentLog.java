package org.consultrelay.relay.layers;

import java.util.Arrays;

/**
 * How each of the last 1,024 numbers left: not at all, empty, with or without the marker. What is
 * sent again under its number must be the same to the bit, for one SRTP index encrypts one packet.
 */
final class SentLog {
  private static final int SIZE = 1_024;

  // Three words for each 64 numbers, side by side: they are written together.
  private static final int SENT = 0;
  private static final int FILLED = 1;
  private static final int MARKED = 2;
  private static final int STRIDE = 4;

  private final long[] words = new long[SIZE / 64 * STRIDE];
  private long highest = -1;

  void note(long out, boolean fill, boolean marker) {
    if (highest < 0 || out - highest >= SIZE) {
      Arrays.fill(words, 0);
      highest = out;
    }
    while (highest < out) {
      highest++;
      words[word(highest) + SENT] &= ~(1L << highest);
    }
    set(SENT, out, true);
    set(FILLED, out, fill);
    set(MARKED, out, marker);
  }

  /** Whether it is too long ago to tell. */
  boolean isForgotten(long out) {
    return out <= highest - SIZE;
  }

  boolean isSent(long out) {
    return out <= highest && get(SENT, out);
  }

  boolean isFilled(long out) {
    return get(FILLED, out);
  }

  boolean isMarked(long out) {
    return get(MARKED, out);
  }

  private static int word(long out) {
    return ((int) (out >> 6) & (SIZE / 64 - 1)) * STRIDE;
  }

  private boolean get(int which, long out) {
    return (words[word(out) + which] & 1L << out) != 0;
  }

  private void set(int which, long out, boolean value) {
    if (value) {
      words[word(out) + which] |= 1L << out;
    } else {
      words[word(out) + which] &= ~(1L << out);
    }
  }
}
