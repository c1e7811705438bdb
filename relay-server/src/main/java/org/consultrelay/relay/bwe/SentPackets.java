package org.consultrelay.relay.bwe;

import org.consultrelay.relay.rtp.SequenceNumbers;

/**
 * The packets sent of late, by transport-wide sequence number: when, how large, for which probe,
 * and what became of them. A ring of primitive arrays.
 */
final class SentPackets {
  /** How many are remembered: two seconds at 10 Mbit/s. A power of two. */
  static final int CAPACITY = 2_048;

  /** No such packet is remembered. */
  static final int NONE = -1;

  private static final int MASK = CAPACITY - 1;

  private static final byte NEVER_SENT = 0;
  private static final byte PENDING = 1;
  private static final byte RECEIVED = 2;

  /** And the window in which it was counted, 0 or 1. */
  private static final byte LOST = 4;

  private final long[] sentNanos = new long[CAPACITY];
  private final short[] sizes = new short[CAPACITY];
  private final byte[] clusters = new byte[CAPACITY];
  private final byte[] states = new byte[CAPACITY];
  private long newest = -1;
  private long bytesInFlight;

  /**
   * Notes a packet. Numbers go up; those that are left out count as never sent, and so does one
   * from before the newest.
   *
   * @param sequence the transport-wide sequence number, of which 16 bits count
   * @param size bytes on the wire, 0 to 65,535
   * @param cluster the probe that it belongs to, 0 to 127; 0 for none
   */
  void sent(int sequence, int size, long nowNanos, int cluster) {
    long extended = newest < 0 ? sequence & 0xFFFF : SequenceNumbers.extend(newest, sequence);
    if (newest >= 0) {
      if (extended <= newest) {
        return;
      }
      long from = Math.max(newest + 1, extended - CAPACITY + 1);
      for (long i = from; i < extended; i++) {
        forget((int) i & MASK);
      }
    }
    int slot = (int) extended & MASK;
    forget(slot);
    newest = extended;
    sentNanos[slot] = nowNanos;
    sizes[slot] = (short) size;
    clusters[slot] = (byte) cluster;
    states[slot] = PENDING;
    bytesInFlight += size;
  }

  private void forget(int slot) {
    if (states[slot] == PENDING) {
      bytesInFlight -= size(slot);
    }
    states[slot] = NEVER_SENT;
  }

  /** Where a packet is noted, by the 16 bits of its number; {@link #NONE} when it is not. */
  int find(int sequence) {
    if (newest < 0) {
      return NONE;
    }
    long extended = SequenceNumbers.extend(newest, sequence);
    if (extended > newest || extended <= newest - CAPACITY || extended < 0) {
      return NONE;
    }
    int slot = (int) extended & MASK;
    return states[slot] == NEVER_SENT ? NONE : slot;
  }

  /**
   * Reported as missing.
   *
   * @param window in which window of losses it is counted, 0 or 1
   * @return false when that was known, or when it came before
   */
  boolean lose(int slot, int window) {
    if (states[slot] != PENDING) {
      return false;
    }
    states[slot] = (byte) (LOST | window);
    bytesInFlight -= size(slot);
    return true;
  }

  /** Reported as received. Returns false when that was known. */
  boolean acknowledge(int slot) {
    if (states[slot] == RECEIVED) {
      return false;
    }
    if (states[slot] == PENDING) {
      bytesInFlight -= size(slot);
    }
    states[slot] = RECEIVED;
    return true;
  }

  /** Where it was counted as missing, 0 or 1; {@link #NONE} when it was not, or came since. */
  int lostIn(int slot) {
    return states[slot] < LOST ? NONE : states[slot] & 1;
  }

  long sentNanos(int slot) {
    return sentNanos[slot];
  }

  int size(int slot) {
    return sizes[slot] & 0xFFFF;
  }

  int cluster(int slot) {
    return clusters[slot];
  }

  /** Bytes of the remembered packets that no feedback has spoken of. */
  long bytesInFlight() {
    return bytesInFlight;
  }
}
