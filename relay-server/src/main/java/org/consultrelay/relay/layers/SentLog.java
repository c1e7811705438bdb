package org.consultrelay.relay.layers;

import java.util.Arrays;

/**
 * How each of the last 1,024 numbers left: not at all, empty, with or without the marker. What is
 * sent again under its number must be the same to the bit, for one SRTP index encrypts one packet.
 */
final class SentLog {
  private static final int SIZE = 1_024;

  private final long[] sent = new long[SIZE / 64];
  private final long[] filled = new long[SIZE / 64];
  private final long[] marked = new long[SIZE / 64];
  private long highest = -1;

  void note(long out, boolean fill, boolean marker) {
    if (highest < 0 || out - highest >= SIZE) {
      Arrays.fill(sent, 0);
      highest = out;
    }
    while (highest < out) {
      highest++;
      sent[word(highest)] &= ~(1L << highest);
    }
    set(sent, out, true);
    set(filled, out, fill);
    set(marked, out, marker);
  }

  /** Whether it is too long ago to tell. */
  boolean isForgotten(long out) {
    return out <= highest - SIZE;
  }

  boolean isSent(long out) {
    return out <= highest && get(sent, out);
  }

  boolean isFilled(long out) {
    return get(filled, out);
  }

  boolean isMarked(long out) {
    return get(marked, out);
  }

  private static int word(long out) {
    return (int) (out >> 6) & (SIZE / 64 - 1);
  }

  private static boolean get(long[] bits, long out) {
    return (bits[word(out)] & 1L << out) != 0;
  }

  private static void set(long[] bits, long out, boolean value) {
    if (value) {
      bits[word(out)] |= 1L << out;
    } else {
      bits[word(out)] &= ~(1L << out);
    }
  }
}
