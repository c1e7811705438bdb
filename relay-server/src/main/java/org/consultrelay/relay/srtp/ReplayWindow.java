package org.consultrelay.relay.srtp;

/**
 * Which of the latest {@value #SIZE} packet indices have been seen (RFC 3711 section 3.3.2). Two
 * words of bits that slide along with the highest index; bit n stands for the highest less n.
 */
final class ReplayWindow {
  /** How far behind the highest index a packet may come, in packets. RFC 3711 asks for 64. */
  static final int SIZE = 128;

  private long highest = -1;
  private long recent;
  private long older;

  /** The highest index seen; -1 before the first. */
  long highest() {
    return highest;
  }

  /** Whether the index is neither seen nor too old to know. */
  boolean isFresh(long index) {
    long behind = highest - index;
    if (behind < 0) {
      return true;
    }
    if (behind >= SIZE) {
      return false;
    }
    long word = behind < 64 ? recent : older;
    return ((word >>> behind) & 1) == 0; // shifts count modulo 64
  }

  /** Marks a fresh index as seen. To be called once its packet has authenticated. */
  void mark(long index) {
    long behind = highest - index;
    if (behind < 0) {
      slide(-behind);
      highest = index;
      recent |= 1;
    } else if (behind < 64) {
      recent |= 1L << behind;
    } else {
      older |= 1L << behind;
    }
  }

  private void slide(long by) {
    if (by >= SIZE) {
      older = 0;
      recent = 0;
    } else if (by >= 64) {
      older = recent << by; // by modulo 64
      recent = 0;
    } else {
      older = (older << by) | (recent >>> (64 - by));
      recent <<= by;
    }
  }
}
