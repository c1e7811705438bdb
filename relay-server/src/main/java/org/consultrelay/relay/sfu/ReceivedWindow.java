package org.consultrelay.relay.sfu;

/**
 * Which of the last 1,024 sequence numbers of a stream have come. A packet may come twice with both
 * copies authentic: once late, once as a retransmission; only the first is forwarded, since a
 * second would leave under a nonce already used.
 */
final class ReceivedWindow {
  private static final int SIZE = 1_024;

  private final long[] bits = new long[SIZE / 64];
  private long highest = -1;

  /**
   * Notes a packet.
   *
   * @param index its extended sequence number
   * @return true when it is new; false when it came before or is too old to tell
   */
  boolean add(long index) {
    if (highest < 0) {
      highest = index;
      set(index);
      return true;
    }
    if (index > highest) {
      long gap = Math.min(index - highest, SIZE);
      for (long i = index - gap + 1; i <= index; i++) {
        clear(i);
      }
      highest = index;
      set(index);
      return true;
    }
    if (index <= highest - SIZE || isSet(index)) {
      return false;
    }
    set(index);
    return true;
  }

  /** The highest extended sequence number so far; -1 before the first. */
  long highest() {
    return highest;
  }

  private void set(long index) {
    bits[(int) (index >> 6) & (SIZE / 64 - 1)] |= 1L << (index & 63);
  }

  private void clear(long index) {
    bits[(int) (index >> 6) & (SIZE / 64 - 1)] &= ~(1L << (index & 63));
  }

  private boolean isSet(long index) {
    return (bits[(int) (index >> 6) & (SIZE / 64 - 1)] & 1L << (index & 63)) != 0;
  }
}
