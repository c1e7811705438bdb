package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * The aggregation header of an AV1 payload (AV1 RTP specification §4.4) and the type of the first
 * OBU behind it (§4.5). Reusable flyweight.
 */
public final class Av1Payload {
  /** OBU_SEQUENCE_HEADER (AV1 bitstream specification §6.2.2). */
  public static final int SEQUENCE_HEADER = 1;

  private int header;
  private int firstType;

  /** A flyweight that has read nothing yet. */
  public Av1Payload() {}

  /**
   * Reads the header of a payload.
   *
   * @param payloadLength bytes of payload without padding
   * @return false when nothing stands behind the header, the first element runs over the end, or
   *     the packet says that it both continues an OBU and begins a coded video sequence
   */
  public boolean parse(MemorySegment memory, long payloadOffset, int payloadLength) {
    firstType = -1;
    if (payloadLength < 2) {
      return false;
    }
    header = Bytes.u8(memory, payloadOffset);
    if (continues() && startsSequence()) {
      return false;
    }
    int at = 1;
    // Each element has its size before it, except the last when W counts them.
    if (obuCount() != 1) {
      int shift = 0;
      long size = 0;
      int octet = 0x80;
      while ((octet & 0x80) != 0) {
        if (at == payloadLength || shift == 35) {
          return false;
        }
        octet = Bytes.u8(memory, payloadOffset + at++);
        size |= (long) (octet & 0x7F) << shift;
        shift += 7;
      }
      if (size > payloadLength - at) {
        return false;
      }
      if (size == 0) {
        return true;
      }
    }
    if (!continues() && at < payloadLength) {
      firstType = Bytes.u8(memory, payloadOffset + at) >>> 3 & 0xF;
    }
    return true;
  }

  /** Z: the first element continues an OBU of the packet before. */
  public boolean continues() {
    return (header & 0x80) != 0;
  }

  /** Y: the last element goes on in the next packet. */
  public boolean isContinued() {
    return (header & 0x40) != 0;
  }

  /** W: how many elements there are, 1 to 3; 0 when each has its size before it. */
  public int obuCount() {
    return header >>> 4 & 3;
  }

  /** N: the packet is the first of a coded video sequence. */
  public boolean startsSequence() {
    return (header & 0x08) != 0;
  }

  /**
   * Whether a decoder can start here: at N, or at a sequence header, which senders that do not set
   * N put before each key frame.
   */
  public boolean keyFrame() {
    return startsSequence() || firstType == SEQUENCE_HEADER;
  }

  /** The type of the first OBU, 0 to 15; -1 if the packet continues one, which has it elsewhere. */
  public int firstType() {
    return firstType;
  }
}
