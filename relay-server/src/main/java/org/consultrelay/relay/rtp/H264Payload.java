package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * What the NAL unit headers of an H.264 payload say (RFC 6184 §5, packetisation modes 0 and 1):
 * single units, STAP-A and FU-A. Reusable flyweight.
 */
public final class H264Payload {
  private static final int SLICE = 1;
  private static final int IDR = 5;
  private static final int SEI = 6;
  private static final int SPS = 7;
  private static final int PPS = 8;
  private static final int DELIMITER = 9;
  private static final int STAP_A = 24;
  private static final int FU_A = 28;

  private int starting;
  private boolean startsPicture;

  /** A flyweight that has read nothing yet. */
  public H264Payload() {}

  /**
   * Reads the unit headers of a payload.
   *
   * @param payloadLength bytes of payload without padding
   * @return false when the payload is empty, a unit runs over the end, or it is of a kind that the
   *     non-interleaved mode has not (STAP-B, MTAP, FU-B, reserved)
   */
  public boolean parse(MemorySegment memory, long payloadOffset, int payloadLength) {
    starting = 0;
    startsPicture = false;
    if (payloadLength < 1) {
      return false;
    }
    int type = Bytes.u8(memory, payloadOffset) & 0x1F;
    if (type >= 1 && type < STAP_A) {
      unit(memory, payloadOffset, type, payloadLength - 1);
      return true;
    }
    if (type == STAP_A) {
      return aggregated(memory, payloadOffset, payloadLength);
    }
    if (type == FU_A && payloadLength >= 2) {
      int header = Bytes.u8(memory, payloadOffset + 1);
      if ((header & 0x80) != 0) {
        unit(memory, payloadOffset + 1, header & 0x1F, payloadLength - 2);
      }
      return true;
    }
    return false;
  }

  private boolean aggregated(MemorySegment memory, long payloadOffset, int payloadLength) {
    int at = 1;
    while (at < payloadLength) {
      if (payloadLength - at < 3) {
        return false;
      }
      int size = Bytes.u16(memory, payloadOffset + at);
      at += 2;
      if (size == 0 || size > payloadLength - at) {
        return false;
      }
      unit(memory, payloadOffset + at, Bytes.u8(memory, payloadOffset + at) & 0x1F, size - 1);
      at += size;
    }
    return starting != 0;
  }

  private void unit(MemorySegment memory, long header, int type, int rest) {
    boolean first = starting == 0;
    starting |= 1 << type;
    if (first) {
      // A slice's first field is first_mb_in_slice in Exp-Golomb code: a leading 1 bit is zero.
      startsPicture =
          (type >= SLICE && type <= IDR)
              ? rest > 0 && (Bytes.u8(memory, header + 1) & 0x80) != 0
              : (type >= SEI && type <= DELIMITER);
    }
  }

  /** Whether a unit of an IDR picture begins here. */
  public boolean startsIdr() {
    return (starting & 1 << IDR) != 0;
  }

  /** Whether a sequence parameter set begins here; encoders send it before each IDR picture. */
  public boolean startsSps() {
    return (starting & 1 << SPS) != 0;
  }

  /** Whether a picture parameter set begins here. */
  public boolean startsPps() {
    return (starting & 1 << PPS) != 0;
  }

  /**
   * Whether this is where a decoder can begin: a sequence parameter set, or the first slice of an
   * IDR picture.
   */
  public boolean keyFrame() {
    return startsSps() || (startsIdr() && startsPicture);
  }

  /**
   * Whether a picture begins here: a parameter set, SEI or delimiter, or the slice with macroblock
   * 0. An encoder may send several such units in a row; the timestamp tells pictures apart.
   */
  public boolean startsPicture() {
    return startsPicture;
  }
}
