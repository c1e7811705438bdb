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
  private static final int NO_SLOT = -1;

  private final SlotPool pool;
  private final int[] slots = new int[CAPACITY];
  private final short[] starts = new short[CAPACITY];
  private final short[] lengths = new short[CAPACITY];
  private final long[] arrivals = new long[CAPACITY];
  private long oldest;
  private long newest = -1;

  RetransmissionStore(SlotPool pool) {
    this.pool = pool;
    Arrays.fill(slots, NO_SLOT);
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
    int at = (int) index & MASK;
    if (slots[at] != NO_SLOT) {
      pool.release(slots[at]);
    }
    slots[at] = slot;
    starts[at] = (short) start;
    lengths[at] = (short) length;
    arrivals[at] = nowNanos;
    expire(nowNanos);
  }

  /** Gives back what is too old. Needed from time to time when nothing new comes. */
  void expire(long nowNanos) {
    while (oldest <= newest
        && (slots[(int) oldest & MASK] == NO_SLOT
            || nowNanos - arrivals[(int) oldest & MASK] > AGE_NANOS)) {
      releaseAt(oldest++);
    }
  }

  /**
   * Lets a flyweight show a stored packet, which stays the store's.
   *
   * @return false when the packet is not here
   */
  boolean read(long index, RtpPacket packet) {
    int at = (int) index & MASK;
    if (index < oldest || index > newest || slots[at] == NO_SLOT) {
      return false;
    }
    long begin = SlotPool.offset(slots[at]) + starts[at];
    return packet.parse(pool.memory(), begin, lengths[at]) && packet.decrypted(lengths[at]);
  }

  /** The highest extended sequence number kept since all was given back; -1 when there is none. */
  long newest() {
    return newest;
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
    int at = (int) index & MASK;
    if (slots[at] != NO_SLOT) {
      pool.release(slots[at]);
      slots[at] = NO_SLOT;
    }
  }
}
