package org.consultrelay.relay.sfu;

import java.util.Arrays;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.SlotPool;

/**
 * The last second of one published layer, kept for subscribers who miss a packet and shared by all
 * of them. It keeps the very slots that the packets arrived in: nothing is copied. Bounded in
 * packets and in time; the oldest go first.
 */
final class RetransmissionStore {
  /** The most packets kept: a second at about 5 Mbit/s. Must be a power of two. */
  static final int CAPACITY = 512;

  /** How long a packet is kept, in nanoseconds. */
  static final long AGE_NANOS = 1_000_000_000L;

  private static final int MASK = CAPACITY - 1;

  // An entry is two longs side by side, so that a packet costs one line of the cache: where it
  // stands, and when it came. Slot and start and length, from the high bits: 32, 16, 16.
  private static final int STRIDE = 2;
  private static final long EMPTY = -1;
  private static final int SLOT_SHIFT = 32;
  private static final int START_SHIFT = 16;
  private static final int LOW_MASK = 0xFFFF;

  private final SlotPool pool;
  private final long[] entries = new long[CAPACITY * STRIDE];
  private long oldest;
  private long newest = -1;

  RetransmissionStore(SlotPool pool) {
    this.pool = pool;
    Arrays.fill(entries, EMPTY);
  }

  /**
   * Takes over a slot.
   *
   * @param index the packet's extended sequence number
   * @param start where the packet begins, in bytes from {@link SlotPool#offset}
   * @param length the packet's bytes, decrypted
   */
  void put(long index, int slot, int start, int length, long nowNanos) {
    if (newest < 0 || index - newest >= CAPACITY) {
      clear();
      oldest = index;
      newest = index;
    } else if (index > newest) {
      newest = index;
      expireBefore(index - CAPACITY + 1);
    } else if (index < oldest) {
      if (newest - index >= CAPACITY) {
        pool.release(slot);
        return;
      }
      // Late, but recent: as when a stream's first packets come in disorder.
      oldest = index;
    }
    int at = at(index);
    if (entries[at] != EMPTY) {
      pool.release(slot(entries[at]));
    }
    entries[at] = (long) slot << SLOT_SHIFT | (long) start << START_SHIFT | length;
    entries[at + 1] = nowNanos;
    expire(nowNanos);
  }

  /** Gives back what is too old. Needed from time to time when nothing new comes. */
  void expire(long nowNanos) {
    while (oldest <= newest
        && (entries[at(oldest)] == EMPTY || nowNanos - entries[at(oldest) + 1] > AGE_NANOS)) {
      releaseAt(oldest++);
    }
  }

  /**
   * Lets a flyweight show a stored packet, which stays the store's.
   *
   * @return false when the packet is not here
   */
  boolean read(long index, RtpPacket packet) {
    long entry = entries[at(index)];
    if (index < oldest || index > newest || entry == EMPTY) {
      return false;
    }
    long begin = SlotPool.offset(slot(entry)) + (entry >> START_SHIFT & LOW_MASK);
    int length = (int) entry & LOW_MASK;
    return packet.parse(pool.memory(), begin, length) && packet.decrypted(length);
  }

  /** The highest extended sequence number kept since all was given back; -1 when there is none. */
  long newest() {
    return newest;
  }

  private static int at(long index) {
    return ((int) index & MASK) * STRIDE;
  }

  private static int slot(long entry) {
    return (int) (entry >> SLOT_SHIFT);
  }

  /** Gives all slots back. */
  void clear() {
    expireBefore(newest + 1);
    newest = -1;
  }

  private void expireBefore(long index) {
    while (oldest < index) {
      releaseAt(oldest++);
    }
  }

  private void releaseAt(long index) {
    int at = at(index);
    if (entries[at] != EMPTY) {
      pool.release(slot(entries[at]));
      entries[at] = EMPTY;
    }
  }
}
