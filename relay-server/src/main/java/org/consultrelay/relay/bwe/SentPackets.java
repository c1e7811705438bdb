package org.consultrelay.relay.bwe;

import org.consultrelay.relay.rtp.SequenceNumbers;

/**
 * The packets sent of late, by transport-wide sequence number: when, how large, for which probe,
 * and what became of them. One ring of longs, so that to note a packet touches one line of the
 * cache; it is made when the first packet leaves, for many peers are never sent any.
 */
final class SentPackets {
  /** How many are remembered: two seconds at 10 Mbit/s. A power of two. */
  static final int CAPACITY = 2_048;

  /** No such packet is remembered. */
  static final int NONE = -1;

  private static final int MASK = CAPACITY - 1;

  private static final int NEVER_SENT = 0;
  private static final int PENDING = 1;
  private static final int RECEIVED = 2;

  /** And the window in which it was counted, 0 or 1. */
  private static final int LOST = 4;

  // An entry, from the low bits up: 3 of state, 7 of cluster, 16 of size, 38 of time in units of
  // 256 ns, which come round in nineteen hours.
  private static final int STATE_MASK = 7;
  private static final int CLUSTER_SHIFT = 3;
  private static final int CLUSTER_MASK = 0x7F;
  private static final int SIZE_SHIFT = 10;
  private static final int SIZE_MASK = 0xFFFF;
  private static final int TIME_SHIFT = 26;
  private static final int UNIT_SHIFT = 8;

  private static final long[] NONE_YET = {};

  private long[] entries = NONE_YET;
  private long newest = -1;
  private long newestNanos;
  private long bytesInFlight;
  private long bytes;

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
    bytes += size;
    if (newest < 0) {
      entries = new long[CAPACITY];
    } else {
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
    newestNanos = nowNanos;
    entries[slot] =
        ((nowNanos >> UNIT_SHIFT) << TIME_SHIFT)
            | (long) size << SIZE_SHIFT
            | (long) cluster << CLUSTER_SHIFT
            | PENDING;
    bytesInFlight += size;
  }

  private void forget(int slot) {
    if (state(slot) == PENDING) {
      bytesInFlight -= size(slot);
    }
    entries[slot] = NEVER_SENT;
  }

  private int state(int slot) {
    return (int) entries[slot] & STATE_MASK;
  }

  private void state(int slot, int state) {
    entries[slot] = (entries[slot] & ~STATE_MASK) | state;
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
    return state(slot) == NEVER_SENT ? NONE : slot;
  }

  /**
   * Reported as missing.
   *
   * @param window in which window of losses it is counted, 0 or 1
   * @return false when that was known, or when it came before
   */
  boolean lose(int slot, int window) {
    if (state(slot) != PENDING) {
      return false;
    }
    state(slot, LOST | window);
    bytesInFlight -= size(slot);
    return true;
  }

  /** Reported as received. Returns false when that was known. */
  boolean acknowledge(int slot) {
    if (state(slot) == RECEIVED) {
      return false;
    }
    if (state(slot) == PENDING) {
      bytesInFlight -= size(slot);
    }
    state(slot, RECEIVED);
    return true;
  }

  /** Where it was counted as missing, 0 or 1; {@link #NONE} when it was not, or came since. */
  int lostIn(int slot) {
    return state(slot) < LOST ? NONE : state(slot) & 1;
  }

  /** When it left, to 256 ns. */
  long sentNanos(int slot) {
    long newestUnits = newestNanos >> UNIT_SHIFT;
    long age = ((newestUnits - (entries[slot] >>> TIME_SHIFT)) << TIME_SHIFT) >>> TIME_SHIFT;
    return (newestUnits - age) << UNIT_SHIFT;
  }

  int size(int slot) {
    return (int) (entries[slot] >> SIZE_SHIFT) & SIZE_MASK;
  }

  int cluster(int slot) {
    return (int) (entries[slot] >> CLUSTER_SHIFT) & CLUSTER_MASK;
  }

  /** When the newest left. */
  long newestNanos() {
    return newestNanos;
  }

  /** Bytes of all packets that ever left. */
  long bytes() {
    return bytes;
  }

  /** Bytes of the remembered packets that no feedback has spoken of. */
  long bytesInFlight() {
    return bytesInFlight;
  }
}
