package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** Bits of a byte range, highest first. A read past the end gives zeros and is remembered. */
final class BitReader {
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int at;
  private int end;

  void wrap(MemorySegment itsMemory, long itsOffset, int bytes) {
    this.memory = itsMemory;
    this.offset = itsOffset;
    at = 0;
    end = bytes << 3;
  }

  /** Whether a read went past the end. */
  boolean overrun() {
    return at > end;
  }

  /** Bits read, or asked for. */
  int position() {
    return at;
  }

  boolean flag() {
    return read(1) != 0;
  }

  /** An unsigned number of {@code bits} bits, 0 to 32. */
  int read(int bits) {
    if (bits > end - at) {
      at = end + 1;
      return 0;
    }
    int value = 0;
    int left = bits;
    while (left > 0) {
      int inByte = 8 - (at & 7);
      int take = Math.min(inByte, left);
      int octet = Bytes.u8(memory, offset + (at >> 3));
      value = value << take | (octet >>> (inByte - take) & ((1 << take) - 1));
      at += take;
      left -= take;
    }
    return value;
  }

  /** ns(n) of the AV1 RTP specification A.4.1: a number from 0 to {@code values - 1}. */
  int nonSymmetric(int values) {
    int width = 32 - Integer.numberOfLeadingZeros(values);
    int shorter = (1 << width) - values;
    int value = read(width - 1);
    return value < shorter ? value : (value << 1) - shorter + read(1);
  }
}
