package org.consultrelay.relay.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Network-order reads and writes over a {@link MemorySegment}. Offsets are in bytes from the start
 * of the segment. Callers check lengths first; a read past the segment is a bug and throws {@link
 * IndexOutOfBoundsException}.
 */
public final class Bytes {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  /** The unsigned byte at {@code offset}, 0 to 255. */
  public static int u8(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
  }

  /** The unsigned 16-bit number at {@code offset}, 0 to 65,535. */
  public static int u16(MemorySegment memory, long offset) {
    return memory.get(U16, offset) & 0xFFFF;
  }

  /** The unsigned 24-bit number at {@code offset}. */
  public static int u24(MemorySegment memory, long offset) {
    return u8(memory, offset) << 16 | u16(memory, offset + 1);
  }

  /** The 32 bits at {@code offset}; negative when the top bit is set, as SSRCs often are. */
  public static int i32(MemorySegment memory, long offset) {
    return memory.get(U32, offset);
  }

  /** The unsigned 32-bit number at {@code offset}. */
  public static long u32(MemorySegment memory, long offset) {
    return memory.get(U32, offset) & 0xFFFF_FFFFL;
  }

  /** The 64 bits at {@code offset}. */
  public static long i64(MemorySegment memory, long offset) {
    return memory.get(U64, offset);
  }

  /** Writes the low 8 bits of {@code value}. */
  public static void put8(MemorySegment memory, long offset, int value) {
    memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  /** Writes the low 16 bits of {@code value}. */
  public static void put16(MemorySegment memory, long offset, int value) {
    memory.set(U16, offset, (short) value);
  }

  /** Writes the low 24 bits of {@code value}. */
  public static void put24(MemorySegment memory, long offset, int value) {
    put8(memory, offset, value >> 16);
    put16(memory, offset + 1, value);
  }

  /** Writes 32 bits. */
  public static void put32(MemorySegment memory, long offset, int value) {
    memory.set(U32, offset, value);
  }

  /** Writes 64 bits. */
  public static void put64(MemorySegment memory, long offset, long value) {
    memory.set(U64, offset, value);
  }

  /** Copies {@code length} bytes; the ranges may overlap. */
  public static void copy(
      MemorySegment source,
      long sourceOffset,
      MemorySegment target,
      long targetOffset,
      int length) {
    MemorySegment.copy(source, sourceOffset, target, targetOffset, length);
  }

  /** Copies {@code length} bytes out to a new array. Not for the packet path: it allocates. */
  public static byte[] toArray(MemorySegment memory, long offset, int length) {
    byte[] copy = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, copy, 0, length);
    return copy;
  }

  /** Writes all of {@code bytes} at {@code offset}. */
  public static void put(MemorySegment memory, long offset, byte[] bytes) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
  }
}
