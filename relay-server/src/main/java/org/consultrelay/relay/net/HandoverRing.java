package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.consultrelay.relay.wire.SlotPool;

/**
 * A bounded ring of packets from one media loop to another: one producer, one consumer, no lock and
 * nothing allocated. A packet that finds the ring full is dropped and counted: a loop that lags
 * never makes another one wait. So is one that is longer than a slot.
 *
 * <p>{@link #claim}, {@link #commit} and {@link #flush} are for the loop that hands over.
 */
public final class HandoverRing {
  private static final VarHandle POSITION = JAVA_LONG.varHandle();

  /**
   * Positions that different loops write lie on cache lines (and their neighbours) of their own.
   */
  private static final long PUBLISHED_AT = 128;

  private static final long CONSUMED_AT = 384;
  private static final long SLOTS_AT = 512;

  private static final long LENGTH = 0;
  private static final long KIND = 4;
  private static final long TAG = 8;
  private static final long PORT = 12;
  private static final long HIGH = 16;
  private static final long LOW = 24;

  private final MemorySegment memory;
  private final int capacity;
  private final HandoverInbox inbox;
  private long written;
  private long published;
  private long consumedSeen;
  private int claimed;
  private long full;
  private long tooLong;

  /** The consumer's, who alone reads and writes it. */
  private long consumed;

  /**
   * An empty ring.
   *
   * @param capacity how many packets it holds, a power of two
   */
  HandoverRing(int capacity, HandoverInbox inbox, Arena arena) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("a ring of " + capacity + " packets");
    }
    this.capacity = capacity;
    this.inbox = inbox;
    this.memory = PacketMemory.reserve(SLOTS_AT + (long) capacity * SlotPool.STRIDE, arena);
    inbox.add(this);
  }

  /** Where packets are written. */
  public MemorySegment memory() {
    return memory;
  }

  /**
   * Room for the next packet. Claiming again without a commit gives the same room again.
   *
   * @param maxLength the packet's longest possible length in bytes
   * @return the offset in {@link #memory()} to write it at; -1 when the ring is full or the packet
   *     longer than {@link SlotPool#CAPACITY}; that is counted
   */
  public long claim(int maxLength) {
    if (maxLength > SlotPool.CAPACITY) {
      tooLong++;
      return -1;
    }
    if (written - consumedSeen == capacity) {
      consumedSeen = (long) POSITION.getAcquire(memory, CONSUMED_AT);
    }
    if (written - consumedSeen == capacity) {
      full++;
      return -1;
    }
    claimed = maxLength;
    return header(written) + SlotPool.HEADROOM;
  }

  /**
   * The packet is written at the claimed offset. It leaves with the next {@link #flush}.
   *
   * @param kind what it is, to the two who use the ring
   * @param tag a number that goes with it
   * @param high the remote address as {@link org.consultrelay.relay.wire.TransportAddress#high()}
   * @param low the remote address as {@link org.consultrelay.relay.wire.TransportAddress#low()}
   * @param port the remote port
   * @param length the packet's length in bytes, 1 to what was claimed
   */
  public void commit(int kind, int tag, long high, long low, int port, int length) {
    if (length <= 0 || length > claimed) {
      throw new IllegalStateException(length + " bytes written where " + claimed + " were claimed");
    }
    claimed = 0;
    long at = header(written);
    memory.set(JAVA_INT, at + LENGTH, length);
    memory.set(JAVA_INT, at + KIND, kind);
    memory.set(JAVA_INT, at + TAG, tag);
    memory.set(JAVA_INT, at + PORT, port);
    memory.set(JAVA_LONG, at + HIGH, high);
    memory.set(JAVA_LONG, at + LOW, low);
    written++;
  }

  /** Makes what was committed visible to the other loop and wakes it. */
  void flush() {
    if (published != written) {
      published = written;
      POSITION.setRelease(memory, PUBLISHED_AT, written);
      inbox.wake();
    }
  }

  /** How many packets went in. Any thread, a moment late. */
  public long handedOver() {
    return written;
  }

  /** How many packets found no room. Any thread, a moment late. */
  public long full() {
    return full;
  }

  /** How many packets were longer than a slot. Any thread, a moment late. */
  public long tooLong() {
    return tooLong;
  }

  /**
   * Gives everything that is published to the handler. On the consumer's loop. Returns how many.
   */
  int drain(MediaLoop loop, HandoverHandler handler, FailureLog failures) {
    SlotPool pool = loop.slots();
    long end = (long) POSITION.getAcquire(memory, PUBLISHED_AT);
    int count = 0;
    int slot = -1;
    for (; consumed != end; consumed++, count++) {
      if (slot < 0) {
        slot = pool.claim();
      }
      if (slot < 0) {
        inbox.noSlot++;
      } else if (deliver(header(consumed), slot, pool, loop.nowNanos(), handler, failures)) {
        slot = -1;
      }
    }
    if (slot >= 0) {
      pool.release(slot);
    }
    if (count > 0) {
      POSITION.setRelease(memory, CONSUMED_AT, consumed);
    }
    return count;
  }

  private boolean deliver(
      long at,
      int slot,
      SlotPool pool,
      long nowNanos,
      HandoverHandler handler,
      FailureLog failures) {
    int length = memory.get(JAVA_INT, at + LENGTH);
    long offset = SlotPool.offset(slot);
    MemorySegment.copy(memory, at + SlotPool.HEADROOM, pool.memory(), offset, length);
    try {
      return handler.onHandover(
          memory.get(JAVA_INT, at + KIND),
          memory.get(JAVA_INT, at + TAG),
          slot,
          offset,
          length,
          memory.get(JAVA_LONG, at + HIGH),
          memory.get(JAVA_LONG, at + LOW),
          memory.get(JAVA_INT, at + PORT),
          nowNanos);
    } catch (Throwable failure) {
      failures.add(failure);
      return false;
    }
  }

  private long header(long position) {
    return SLOTS_AT + (position & (capacity - 1)) * SlotPool.STRIDE;
  }
}
