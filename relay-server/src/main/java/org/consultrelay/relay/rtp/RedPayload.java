package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Redundant audio (RFC 2198 §3): headers of the blocks, the blocks themselves, the newest last. Of
 * the newest, the primary, the header is one byte and tells no length. Nothing here allocates.
 */
public final class RedPayload {
  /** Bytes of the header of a redundant block. */
  public static final int BLOCK_HEADER = 4;

  /** Bytes of the primary's header. */
  public static final int PRIMARY_HEADER = 1;

  /** The most timestamp units that a redundant block lies back. */
  public static final int MAX_TIMESTAMP_OFFSET = (1 << 14) - 1;

  /** The most bytes of a redundant block. */
  public static final int MAX_BLOCK = (1 << 10) - 1;

  private static final int MORE = 0x80;

  private RedPayload() {}

  /**
   * Where the primary begins, counted from the payload's beginning; its bytes go on to the end. -1
   * when the payload is malformed.
   *
   * @param length bytes of the payload
   */
  public static int primaryOffset(MemorySegment memory, long at, int length) {
    int header = 0;
    int blocks = 0;
    while (header < length) {
      if ((Bytes.u8(memory, at + header) & MORE) == 0) {
        int primary = header + PRIMARY_HEADER + blocks;
        return primary <= length ? primary : -1;
      }
      if (header + BLOCK_HEADER > length) {
        return -1;
      }
      blocks += Bytes.u16(memory, at + header + 2) & MAX_BLOCK;
      header += BLOCK_HEADER;
    }
    return -1;
  }

  /** Writes another payload type into the headers of a payload that {@link #primaryOffset} read. */
  public static void retype(MemorySegment memory, long at, int payloadType) {
    long header = at;
    int first = Bytes.u8(memory, header);
    while ((first & MORE) != 0) {
      Bytes.put8(memory, header, MORE | payloadType);
      header += BLOCK_HEADER;
      first = Bytes.u8(memory, header);
    }
    Bytes.put8(memory, header, payloadType);
  }

  /**
   * Writes the header of a redundant block.
   *
   * @param timestampOffset how far back the block lies, 0 to {@link #MAX_TIMESTAMP_OFFSET}
   * @param length bytes of the block, 0 to {@link #MAX_BLOCK}
   */
  public static void putBlockHeader(
      MemorySegment memory, long at, int payloadType, int timestampOffset, int length) {
    Bytes.put32(memory, at, (MORE | payloadType) << 24 | timestampOffset << 10 | length);
  }

  /** Writes the primary's header. */
  public static void putPrimaryHeader(MemorySegment memory, long at, int payloadType) {
    Bytes.put8(memory, at, payloadType);
  }
}
