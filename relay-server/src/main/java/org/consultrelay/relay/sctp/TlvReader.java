package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Goes through chunks of a packet, parameters of a chunk or causes of an error: 16 bits of type, 16
 * of length with this header, then the value, padded to four bytes (RFC 9260 §3.2). Anything may be
 * in it; what is told of a value lies within the bytes handed in.
 */
final class TlvReader {
  private MemorySegment memory = MemorySegment.NULL;
  private long next;
  private long end;
  private long at;
  private int length;
  private boolean malformed;

  /** Starts over these bytes. */
  TlvReader wrap(MemorySegment bytes, long offset, int size) {
    memory = bytes;
    next = offset;
    end = offset + size;
    malformed = false;
    return this;
  }

  /** Goes to the next one; false at the end, and where a length cannot be. */
  boolean next() {
    if (next >= end) {
      return false;
    }
    at = next;
    if (end - at < Chunks.HEADER) {
      malformed = true;
      return false;
    }
    length = Bytes.u16(memory, at + 2);
    if (length < Chunks.HEADER || length > end - at) {
      malformed = true;
      return false;
    }
    next = at + Chunks.padded(length); // padding of the last one may be missing
    return true;
  }

  /** Whether {@link #next} ended where a length could not be. */
  boolean isMalformed() {
    return malformed;
  }

  /** All 16 bits of type. */
  int type() {
    return Bytes.u16(memory, at);
  }

  /** The type, if these are chunks. */
  int chunkType() {
    return Bytes.u8(memory, at);
  }

  /** The flags, if these are chunks. */
  int flags() {
    return Bytes.u8(memory, at + 1);
  }

  /** Where the header begins. */
  long offset() {
    return at;
  }

  /** Bytes with the header, without padding. */
  int length() {
    return length;
  }

  /** Where the value begins. */
  long valueOffset() {
    return at + Chunks.HEADER;
  }

  /** Bytes of the value. */
  int valueLength() {
    return length - Chunks.HEADER;
  }
}
