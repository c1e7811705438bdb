package org.consultrelay.relay.wire;

import java.lang.foreign.MemorySegment;

/**
 * Packet slots of one size within one piece of off-heap memory. A slot is named by its number; it
 * has one owner, who releases it or hands it on. One thread, no allocation after construction.
 *
 * <p>Each slot starts with {@link #HEADROOM} bytes that a layer below may write a header into, then
 * holds up to {@link #CAPACITY} bytes of packet. The stride is an odd number of cache lines, so
 * that the headers of neighbouring slots do not fight for one cache set.
 */
public final class SlotPool {
  /** Bytes before the packet. */
  public static final int HEADROOM = 64;

  /** The longest packet that a slot holds, in bytes: an Ethernet frame and some. */
  public static final int CAPACITY = 1_536;

  /** Bytes from one slot to the next. */
  public static final int STRIDE = HEADROOM + CAPACITY;

  /**
   * In pieces of 128 KiB: an array of more than 256 KiB has ZGC set a page of up to 32 MiB aside,
   * more than all the rest of an idle relay.
   */
  private static final int PIECE_BITS = 15;

  private static final int PIECE_MASK = (1 << PIECE_BITS) - 1;

  private final MemorySegment memory;
  private final int slots;
  private final int[][] free;
  private int freeCount;

  /**
   * Makes a pool over memory that the caller keeps alive.
   *
   * @param memory its size divided by {@link #STRIDE} is the number of slots
   */
  public SlotPool(MemorySegment memory) {
    int count = Math.toIntExact(memory.byteSize() / STRIDE);
    if (count == 0) {
      throw new IllegalArgumentException("no room for a slot in " + memory.byteSize() + " bytes");
    }
    this.memory = memory;
    this.slots = count;
    this.free = new int[(count + PIECE_MASK) >>> PIECE_BITS][];
    for (int i = 0; i < free.length; i++) {
      free[i] = new int[Math.min(1 << PIECE_BITS, count - (i << PIECE_BITS))];
    }
    // Low slots first: memory that the kernel has not yet been asked for stays untouched.
    for (int i = 0; i < count; i++) {
      free[i >>> PIECE_BITS][i & PIECE_MASK] = count - 1 - i;
    }
    this.freeCount = count;
  }

  /** The memory that all slots are in. */
  public MemorySegment memory() {
    return memory;
  }

  /** How many slots there are. */
  public int slots() {
    return slots;
  }

  /** How many slots are free. */
  public int available() {
    return freeCount;
  }

  /** Takes a slot; -1 when none is free. */
  public int claim() {
    if (freeCount == 0) {
      return -1;
    }
    freeCount--;
    return free[freeCount >>> PIECE_BITS][freeCount & PIECE_MASK];
  }

  /** Gives a slot back. */
  public void release(int slot) {
    if (slot < 0 || slot >= slots || freeCount == slots) {
      throw new IllegalStateException("slot " + slot + " is not out");
    }
    free[freeCount >>> PIECE_BITS][freeCount & PIECE_MASK] = slot;
    freeCount++;
  }

  /** Where the packet of a slot begins: its offset in {@link #memory()}. */
  public static long offset(int slot) {
    return (long) slot * STRIDE + HEADROOM;
  }
}
