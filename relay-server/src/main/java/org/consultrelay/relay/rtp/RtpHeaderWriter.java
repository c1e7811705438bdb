package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Writes an RTP header, then its extension elements (RFC 3550 §5.1, RFC 8285). {@link #begin}, any
 * number of elements, {@link #finish}. The short one-byte form is used as long as every identifier
 * is 1 to 14 and every length 1 to 16; the first element that needs more turns the block into the
 * two-byte form. Reusable, one per loop.
 */
public final class RtpHeaderWriter {
  /** The most elements in one header. */
  public static final int MAX_ELEMENTS = 32;

  private static final int FIRST_ELEMENT = RtpPacket.MIN_HEADER + 4;
  private static final int ONE_BYTE_PROFILE = 0xBEDE;
  private static final int TWO_BYTE_PROFILE = 0x1000;

  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int capacity;
  private int at;
  private int elements;
  private boolean twoByte;
  private final int[] starts = new int[MAX_ELEMENTS];

  /** A writer that needs {@link #begin} first. */
  public RtpHeaderWriter() {}

  /**
   * Writes the fixed header, without contributing sources and without the padding bit.
   *
   * @param offset where the header goes
   * @param capacity bytes that the whole header may take, 12 or more
   * @param sequenceNumber its low 16 bits count
   * @param payloadType 0 to 127
   */
  public void begin(
      MemorySegment memory,
      long offset,
      int capacity,
      boolean marker,
      int payloadType,
      int sequenceNumber,
      int timestamp,
      int ssrc) {
    this.memory = memory;
    this.offset = offset;
    this.capacity = capacity;
    at = FIRST_ELEMENT;
    elements = 0;
    twoByte = false;
    Bytes.put32(
        memory,
        offset,
        0x8000_0000
            | (marker ? 1 << 23 : 0)
            | (payloadType & 0x7F) << 16
            | (sequenceNumber & 0xFFFF));
    Bytes.put32(memory, offset + 4, timestamp);
    Bytes.put32(memory, offset + 8, ssrc);
  }

  /**
   * Makes room for an element, whose data the caller then writes.
   *
   * @param id local identifier, 1 to 255
   * @param length bytes of data, 0 to 255
   * @return where the data goes, good until the next element; -1 when it does not fit or {@code id}
   *     is not an identifier (0 says "not negotiated" in a {@link HeaderExtensionMap})
   */
  public long extension(int id, int length) {
    if (id <= 0 || id > HeaderExtensionMap.MAX_ID || length > 255 || elements == MAX_ELEMENTS) {
      return -1;
    }
    boolean widen = !twoByte && (id > 14 || length == 0 || length > 16);
    int header = twoByte || widen ? 2 : 1;
    int end = at + (widen ? elements : 0) + header + length;
    if (((end + 3) & ~3) > capacity) {
      return -1;
    }
    if (widen) {
      toTwoByteForm();
    }
    if (twoByte) {
      Bytes.put8(memory, offset + at, id);
      Bytes.put8(memory, offset + at + 1, length);
    } else {
      Bytes.put8(memory, offset + at, id << 4 | (length - 1));
    }
    starts[elements++] = at;
    at = end;
    return offset + end - length;
  }

  /** Rare (a dependency descriptor of a key frame): each element moves up by one more byte. */
  private void toTwoByteForm() {
    int end = at;
    for (int i = elements - 1; i >= 0; i--) {
      int start = starts[i];
      int id = Bytes.u8(memory, offset + start) >>> 4;
      int length = end - start - 1;
      Bytes.copy(memory, offset + start + 1, memory, offset + start + i + 2, length);
      Bytes.put8(memory, offset + start + i, id);
      Bytes.put8(memory, offset + start + i + 1, length);
      end = start;
      starts[i] = start + i;
    }
    at += elements;
    twoByte = true;
  }

  /** An element of one byte; false when it does not fit. */
  public boolean extension8(int id, int value) {
    long to = extension(id, 1);
    if (to < 0) {
      return false;
    }
    Bytes.put8(memory, to, value);
    return true;
  }

  /** An element of two bytes, as transport-cc; false when it does not fit. */
  public boolean extension16(int id, int value) {
    long to = extension(id, 2);
    if (to < 0) {
      return false;
    }
    Bytes.put16(memory, to, value);
    return true;
  }

  /** An element of three bytes, as abs-send-time; false when it does not fit. */
  public boolean extension24(int id, int value) {
    long to = extension(id, 3);
    if (to < 0) {
      return false;
    }
    Bytes.put24(memory, to, value);
    return true;
  }

  /** An element of the given bytes (at most 255), as a MID; false when it does not fit. */
  public boolean extensionBytes(int id, byte[] data) {
    long to = extension(id, data.length);
    if (to < 0) {
      return false;
    }
    for (int i = 0; i < data.length; i++) {
      Bytes.put8(memory, to + i, data[i]);
    }
    return true;
  }

  /** An element copied from elsewhere; false when it does not fit. */
  public boolean extensionCopy(int id, MemorySegment source, long sourceOffset, int length) {
    long to = extension(id, length);
    if (to < 0) {
      return false;
    }
    // Elements are a few bytes long: a loop is quicker than setting up a bulk copy.
    if (length <= 16) {
      for (int i = 0; i < length; i++) {
        Bytes.put8(memory, to + i, Bytes.u8(source, sourceOffset + i));
      }
    } else {
      Bytes.copy(source, sourceOffset, memory, to, length);
    }
    return true;
  }

  /**
   * Copies the indexed elements of a received packet under the identifiers of the receiver's map.
   *
   * @param packet with {@link RtpPacket#indexExtensions} done
   * @param target the receiver's identifiers; what it did not negotiate is left out
   * @param wanted the extensions to copy, as {@link HeaderExtension#bit()}s
   */
  public void copyExtensions(RtpPacket packet, HeaderExtensionMap target, long wanted) {
    MemorySegment source = packet.memory();
    long left = packet.extensionMask() & wanted;
    for (left = left == 0 ? 0 : left & target.mask(); left != 0; left &= left - 1) {
      int index = Long.numberOfTrailingZeros(left);
      extensionCopy(
          target.idOfIndex(index),
          source,
          packet.elementOffset(index),
          packet.elementLength(index));
    }
  }

  /** Completes the extension block, if there is one. Returns the bytes of the whole header. */
  public int finish() {
    if (elements == 0) {
      return RtpPacket.MIN_HEADER;
    }
    int end = (at + 3) & ~3;
    for (int i = at; i < end; i++) {
      Bytes.put8(memory, offset + i, 0);
    }
    Bytes.put8(memory, offset, 0x90);
    Bytes.put32(
        memory,
        offset + RtpPacket.MIN_HEADER,
        (twoByte ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE) << 16 | (end - FIRST_ELEMENT) >>> 2);
    return end;
  }
}
