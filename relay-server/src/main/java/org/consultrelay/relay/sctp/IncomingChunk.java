package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A DATA chunk as received (RFC 9260 §3.3.1).
 *
 * @param flags as in the chunk
 * @param sequence the stream sequence number, of 16 bits
 * @param payload a copy of its bytes, one at least
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IncomingChunk(
    int tsn, int flags, int stream, int sequence, int payloadProtocol, byte[] payload) {
  private static final int FIXED = 12;

  /** Stands where a chunk was whose message has been delivered ahead of its turn. */
  static final IncomingChunk DELIVERED = new IncomingChunk(0, 0, 0, 0, 0, new byte[0]);

  /** Reads the value of a chunk; null if it is malformed or empty. */
  static @Nullable IncomingChunk parse(MemorySegment memory, long offset, int length, int flags) {
    if (length <= FIXED) {
      return null;
    }
    return new IncomingChunk(
        Bytes.i32(memory, offset),
        flags,
        Bytes.u16(memory, offset + 4),
        Bytes.u16(memory, offset + 6),
        Bytes.i32(memory, offset + 8),
        Bytes.toArray(memory, offset + FIXED, length - FIXED));
  }

  /** Whether it is {@link #DELIVERED}: others have a payload. */
  boolean isDelivered() {
    return payload.length == 0;
  }

  boolean isBegin() {
    return (flags & Chunks.BEGIN) != 0;
  }

  boolean isEnd() {
    return (flags & Chunks.END) != 0;
  }

  boolean isOrdered() {
    return (flags & Chunks.UNORDERED) == 0;
  }

  /** Whether it goes on where that one, whose TSN is the one before, ends. */
  boolean follows(IncomingChunk before) {
    return !isBegin()
        && !isDelivered()
        && !before.isEnd()
        && !before.isDelivered()
        && stream == before.stream
        && isOrdered() == before.isOrdered()
        && (!isOrdered() || sequence == before.sequence);
  }
}
