package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * The VP8 payload descriptor (RFC 7741 §4.2) and what the payload header says of a key frame
 * (§4.3). It stays in the clear under end-to-end encryption. Reusable flyweight; fields that are
 * not present read as -1.
 */
public final class Vp8Descriptor {
  private int length;
  private boolean nonReference;
  private boolean partitionStart;
  private int partitionIndex;
  private int pictureId;
  private int pictureIdOffset;
  private int pictureIdSize;
  private int tl0PicIdx;
  private int tl0PicIdxOffset;
  private int temporalId;
  private boolean layerSync;
  private int keyIndex;
  private boolean keyFrame;
  private int width;
  private int height;

  /** A flyweight that has read nothing yet. */
  public Vp8Descriptor() {}

  /**
   * Reads the descriptor at the start of a payload.
   *
   * @param payloadLength bytes of payload without padding
   * @return false when the descriptor runs over the end
   */
  public boolean parse(MemorySegment memory, long payloadOffset, int payloadLength) {
    pictureId = -1;
    pictureIdOffset = -1;
    pictureIdSize = 0;
    tl0PicIdx = -1;
    tl0PicIdxOffset = -1;
    temporalId = -1;
    layerSync = false;
    keyIndex = -1;
    keyFrame = false;
    width = -1;
    height = -1;
    if (payloadLength < 1) {
      return false;
    }
    int first = Bytes.u8(memory, payloadOffset);
    nonReference = (first & 0x20) != 0;
    partitionStart = (first & 0x10) != 0;
    partitionIndex = first & 7;
    length = 1;
    if ((first & 0x80) != 0 && !parseExtended(memory, payloadOffset, payloadLength)) {
      return false;
    }
    if (startsFrame() && payloadLength > length) {
      parsePayloadHeader(memory, payloadOffset + length, payloadLength - length);
    }
    return true;
  }

  private boolean parseExtended(MemorySegment memory, long payloadOffset, int payloadLength) {
    if (payloadLength < 2) {
      return false;
    }
    int flags = Bytes.u8(memory, payloadOffset + 1);
    int at = 2;
    if ((flags & 0x80) != 0) {
      if (at == payloadLength) {
        return false;
      }
      int id = Bytes.u8(memory, payloadOffset + at);
      pictureIdOffset = at;
      pictureIdSize = (id & 0x80) == 0 ? 1 : 2;
      if (payloadLength - at < pictureIdSize) {
        return false;
      }
      pictureId = pictureIdSize == 1 ? id : Bytes.u16(memory, payloadOffset + at) & 0x7FFF;
      at += pictureIdSize;
    }
    if ((flags & 0x40) != 0) {
      if (at == payloadLength) {
        return false;
      }
      tl0PicIdxOffset = at;
      tl0PicIdx = Bytes.u8(memory, payloadOffset + at);
      at++;
    }
    if ((flags & 0x30) != 0) {
      if (at == payloadLength) {
        return false;
      }
      int layers = Bytes.u8(memory, payloadOffset + at);
      if ((flags & 0x20) != 0) {
        temporalId = layers >>> 6;
        layerSync = (layers & 0x20) != 0;
      }
      if ((flags & 0x10) != 0) {
        keyIndex = layers & 0x1F;
      }
      at++;
    }
    length = at;
    return true;
  }

  private void parsePayloadHeader(MemorySegment memory, long at, int rest) {
    // RFC 6386 §9.1: the lowest bit is 0 on a key frame, whose start code and size follow.
    keyFrame = (Bytes.u8(memory, at) & 1) == 0;
    if (keyFrame && rest >= 10 && Bytes.u24(memory, at + 3) == 0x9D012A) {
      width = (Bytes.u8(memory, at + 7) << 8 | Bytes.u8(memory, at + 6)) & 0x3FFF;
      height = (Bytes.u8(memory, at + 9) << 8 | Bytes.u8(memory, at + 8)) & 0x3FFF;
    }
  }

  /** Bytes of the descriptor, 1 to 6. */
  public int descriptorLength() {
    return length;
  }

  /** N: the frame can be dropped without hurting any other. */
  public boolean nonReference() {
    return nonReference;
  }

  /** S: a partition begins here. */
  public boolean partitionStart() {
    return partitionStart;
  }

  /** PID, 0 to 7. */
  public int partitionIndex() {
    return partitionIndex;
  }

  /** Whether a frame begins with this packet. */
  public boolean startsFrame() {
    return partitionStart && partitionIndex == 0;
  }

  /**
   * Whether a key frame begins with this packet. Under end-to-end encryption the byte that says so
   * is left in the clear by the usual frame transforms.
   */
  public boolean keyFrame() {
    return keyFrame;
  }

  /** The picture id, of 7 or 15 bits; -1 if absent. */
  public int pictureId() {
    return pictureId;
  }

  /** Where the picture id is, in bytes from the payload's begin; -1 if absent. */
  public int pictureIdOffset() {
    return pictureIdOffset;
  }

  /** Bytes of the picture id: 0, 1 or 2. */
  public int pictureIdSize() {
    return pictureIdSize;
  }

  /** The running index of base-layer frames, 0 to 255; -1 if absent. */
  public int tl0PicIdx() {
    return tl0PicIdx;
  }

  /** Where the running index is, in bytes from the payload's begin; -1 if absent. */
  public int tl0PicIdxOffset() {
    return tl0PicIdxOffset;
  }

  /** The temporal layer, 0 to 3; -1 if absent. */
  public int temporalId() {
    return temporalId;
  }

  /** Y: the frame depends on the base layer only, so a receiver can step up here. */
  public boolean layerSync() {
    return layerSync;
  }

  /** KEYIDX, 0 to 31; -1 if absent. */
  public int keyIndex() {
    return keyIndex;
  }

  /** Pixels across, 0 to 16,383, of a key frame whose header is in this packet; else -1. */
  public int width() {
    return width;
  }

  /** Pixels down, 0 to 16,383, of a key frame whose header is in this packet; else -1. */
  public int height() {
    return height;
  }

  /**
   * Overwrites a picture id in its own width, whose greatest bit stays as the form demands.
   *
   * @param offset where the picture id is: the payload's offset and {@link #pictureIdOffset()}
   * @param size 1 or 2, from {@link #pictureIdSize()}; other values write nothing
   */
  public static void putPictureId(MemorySegment memory, long offset, int size, int pictureId) {
    if (size == 2) {
      Bytes.put16(memory, offset, 0x8000 | pictureId);
    } else if (size == 1) {
      Bytes.put8(memory, offset, pictureId & 0x7F);
    }
  }

  /** Overwrites TL0PICIDX at the payload's offset and {@link #tl0PicIdxOffset()}. */
  public static void putTl0PicIdx(MemorySegment memory, long offset, int tl0PicIdx) {
    Bytes.put8(memory, offset, tl0PicIdx);
  }
}
