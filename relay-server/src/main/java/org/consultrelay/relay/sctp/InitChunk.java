package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * An INIT or INIT ACK as received (RFC 9260 §3.3.2, §3.3.3).
 *
 * @param tag the sender's initiate tag
 * @param window its receiver window, in bytes
 * @param outStreams streams that it wants to send on
 * @param inStreams streams that it can receive on
 * @param firstTsn its initial TSN
 * @param forwardTsn whether it understands FORWARD TSN (RFC 3758 §3.1)
 * @param reconfig whether it understands RE-CONFIG (RFC 5061 §4.2.7, RFC 6525)
 * @param cookie the state cookie, of an INIT ACK only
 * @param unrecognized parameters that it wants reported
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InitChunk(
    int tag,
    long window,
    int outStreams,
    int inStreams,
    int firstTsn,
    boolean forwardTsn,
    boolean reconfig,
    byte @Nullable [] cookie,
    List<byte[]> unrecognized) {
  private static final int FIXED = 16;
  private static final int MAX_REPORTED = 256;

  /** Known and of no use here: addresses, ECN, authentication, layers, the zero checksum. */
  private static boolean ignores(int type) {
    return switch (type) {
      case 5, 6, 9, 11, 12, 0x8000, 0x8001, 0x8002, 0x8003, 0x8004, 0xC006 -> true;
      default -> false;
    };
  }

  /** Reads the value of a chunk; null if it is malformed. */
  static @Nullable InitChunk parse(MemorySegment memory, long offset, int length) {
    if (length < FIXED) {
      return null;
    }
    boolean forwardTsn = false;
    boolean reconfig = false;
    byte[] cookie = null;
    List<byte[]> unrecognized = new ArrayList<>();
    int reported = 0;
    TlvReader parameters = new TlvReader().wrap(memory, offset + FIXED, length - FIXED);
    while (parameters.next()) {
      int type = parameters.type();
      switch (type) {
        case Chunks.STATE_COOKIE ->
            cookie = Bytes.toArray(memory, parameters.valueOffset(), parameters.valueLength());
        case Chunks.FORWARD_TSN_SUPPORTED -> forwardTsn = true;
        case Chunks.SUPPORTED_EXTENSIONS -> {
          for (int i = 0; i < parameters.valueLength(); i++) {
            int chunk = Bytes.u8(memory, parameters.valueOffset() + i);
            forwardTsn |= chunk == Chunks.FORWARD_TSN;
            reconfig |= chunk == Chunks.RE_CONFIG;
          }
        }
        default -> {
          if (ignores(type) || type == Chunks.UNRECOGNIZED_PARAMETER) {
            continue;
          }
          reported += Chunks.padded(parameters.length());
          if (Chunks.reports(type >> 14) && reported <= MAX_REPORTED) {
            unrecognized.add(Bytes.toArray(memory, parameters.offset(), parameters.length()));
          }
          if (!Chunks.skips(type >> 14)) {
            return of(memory, offset, forwardTsn, reconfig, cookie, unrecognized);
          }
        }
      }
    }
    return parameters.isMalformed()
        ? null
        : of(memory, offset, forwardTsn, reconfig, cookie, unrecognized);
  }

  private static InitChunk of(
      MemorySegment memory,
      long offset,
      boolean forwardTsn,
      boolean reconfig,
      byte @Nullable [] cookie,
      List<byte[]> unrecognized) {
    return new InitChunk(
        Bytes.i32(memory, offset),
        Bytes.u32(memory, offset + 4),
        Bytes.u16(memory, offset + 8),
        Bytes.u16(memory, offset + 10),
        Bytes.i32(memory, offset + 12),
        forwardTsn,
        reconfig,
        cookie,
        unrecognized);
  }

  /** Whether the mandatory fields can be (RFC 9260 §3.3.2: no zero tag, no zero streams). */
  boolean isValid() {
    return tag != 0 && outStreams != 0 && inStreams != 0;
  }
}
