package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** Writes bits into a byte range, highest first. The caller has made sure that they fit. */
final class BitWriter {
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int at;

  void wrap(MemorySegment itsMemory, long itsOffset) {
    this.memory = itsMemory;
    this.offset = itsOffset;
    at = 0;
  }

  /** The lowest {@code bits} of {@code value}, 0 to 32 of them. */
  void write(int value, int bits) {
    int left = bits;
    while (left > 0) {
      int inByte = 8 - (at & 7);
      int take = Math.min(inByte, left);
      int part = value >>> (left - take) & ((1 << take) - 1);
      long where = offset + (at >> 3);
      int before = inByte == 8 ? 0 : Bytes.u8(memory, where);
      Bytes.put8(memory, where, before | part << (inByte - take));
      at += take;
      left -= take;
    }
  }

  /** Copies bits {@code from} to {@code to} of the bytes at {@code source}. */
  void copy(BitReader reader, MemorySegment source, long sourceOffset, int from, int to) {
    reader.wrap(source, sourceOffset, (to + 7) >> 3);
    for (int skip = from; skip > 0; skip -= Math.min(skip, 32)) {
      reader.read(Math.min(skip, 32));
    }
    for (int left = to - from; left > 0; left -= Math.min(left, 32)) {
      int take = Math.min(left, 32);
      write(reader.read(take), take);
    }
  }
}
