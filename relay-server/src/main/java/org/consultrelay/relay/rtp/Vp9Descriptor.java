package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * The VP9 payload descriptor (RFC 9628 §4.2). It stays in the clear under end-to-end encryption.
 * Reusable flyweight; numbers that are not present read as -1. Picture id and TL0PICIDX have the
 * form that VP8 gives them: {@link Vp8Descriptor#putPictureId} and {@link
 * Vp8Descriptor#putTl0PicIdx} overwrite them.
 */
public final class Vp9Descriptor {
  /** The most references that a picture names in flexible mode (§4.2). */
  public static final int MAX_REFERENCES = 3;

  private final int[] references = new int[MAX_REFERENCES];
  private int first;
  private int length;
  private int pictureId;
  private int pictureIdOffset;
  private int pictureIdSize;
  private int tl0PicIdx;
  private int tl0PicIdxOffset;
  private int layers;
  private int referenceCount;
  private int spatialLayers;
  private int width;
  private int height;

  /** A flyweight that has read nothing yet. */
  public Vp9Descriptor() {}

  /**
   * Reads the descriptor at the start of a payload.
   *
   * @param payloadLength bytes of payload without padding
   * @return false when the descriptor runs over the end or names too many references
   */
  public boolean parse(MemorySegment memory, long payloadOffset, int payloadLength) {
    pictureId = -1;
    pictureIdOffset = -1;
    pictureIdSize = 0;
    tl0PicIdx = -1;
    tl0PicIdxOffset = -1;
    layers = -1;
    referenceCount = 0;
    spatialLayers = -1;
    width = -1;
    height = -1;
    if (payloadLength < 1) {
      return false;
    }
    first = Bytes.u8(memory, payloadOffset);
    length = 1;
    return ((first & 0x80) == 0 || parsePictureId(memory, payloadOffset, payloadLength))
        && ((first & 0x20) == 0 || parseLayers(memory, payloadOffset, payloadLength))
        && ((first & 0x50) != 0x50 || parseReferences(memory, payloadOffset, payloadLength))
        && ((first & 0x02) == 0 || parseStructure(memory, payloadOffset, payloadLength));
  }

  private boolean parsePictureId(MemorySegment memory, long payloadOffset, int payloadLength) {
    if (length == payloadLength) {
      return false;
    }
    int id = Bytes.u8(memory, payloadOffset + length);
    int size = (id & 0x80) == 0 ? 1 : 2;
    if (payloadLength - length < size) {
      return false;
    }
    pictureIdOffset = length;
    pictureIdSize = size;
    pictureId = size == 1 ? id : Bytes.u16(memory, payloadOffset + length) & 0x7FFF;
    length += size;
    return true;
  }

  private boolean parseLayers(MemorySegment memory, long payloadOffset, int payloadLength) {
    int size = isFlexible() ? 1 : 2;
    if (payloadLength - length < size) {
      return false;
    }
    layers = Bytes.u8(memory, payloadOffset + length);
    if (size == 2) {
      tl0PicIdxOffset = length + 1;
      tl0PicIdx = Bytes.u8(memory, payloadOffset + tl0PicIdxOffset);
    }
    length += size;
    return true;
  }

  private boolean parseReferences(MemorySegment memory, long payloadOffset, int payloadLength) {
    boolean more = true;
    while (more) {
      if (length == payloadLength || referenceCount == MAX_REFERENCES) {
        return false;
      }
      int reference = Bytes.u8(memory, payloadOffset + length++);
      references[referenceCount++] = reference >>> 1;
      more = (reference & 1) != 0;
    }
    return true;
  }

  private boolean parseStructure(MemorySegment memory, long payloadOffset, int payloadLength) {
    if (length == payloadLength) {
      return false;
    }
    int flags = Bytes.u8(memory, payloadOffset + length++);
    spatialLayers = (flags >>> 5) + 1;
    if ((flags & 0x10) != 0) {
      int size = spatialLayers * 4;
      if (payloadLength - length < size) {
        return false;
      }
      // The highest layer's size comes last.
      width = Bytes.u16(memory, payloadOffset + length + size - 4);
      height = Bytes.u16(memory, payloadOffset + length + size - 2);
      length += size;
    }
    return (flags & 0x08) == 0 || skipPictureGroup(memory, payloadOffset, payloadLength);
  }

  private boolean skipPictureGroup(MemorySegment memory, long payloadOffset, int payloadLength) {
    if (length == payloadLength) {
      return false;
    }
    int pictures = Bytes.u8(memory, payloadOffset + length++);
    for (int i = 0; i < pictures; i++) {
      if (length >= payloadLength) {
        return false;
      }
      length += 1 + (Bytes.u8(memory, payloadOffset + length) >>> 2 & 3);
    }
    return length <= payloadLength;
  }

  /** Bytes of the descriptor, 1 or more. */
  public int descriptorLength() {
    return length;
  }

  /** P: the layer frame is predicted from earlier pictures. */
  public boolean interPicturePredicted() {
    return (first & 0x40) != 0;
  }

  /** F: each picture names its references itself. */
  public boolean isFlexible() {
    return (first & 0x10) != 0;
  }

  /** B: a layer frame begins with this packet. */
  public boolean startsFrame() {
    return (first & 0x08) != 0;
  }

  /** E: a layer frame ends with this packet. */
  public boolean endsFrame() {
    return (first & 0x04) != 0;
  }

  /** Z: no higher spatial layer refers to this layer frame. */
  public boolean notForUpperLayers() {
    return (first & 0x01) != 0;
  }

  /**
   * Whether a key picture begins with this packet: the first packet of a lowest spatial layer that
   * is predicted from nothing.
   */
  public boolean keyFrame() {
    return startsFrame() && !interPicturePredicted() && spatialId() <= 0;
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

  /** The running index of base-layer pictures, 0 to 255; -1 if absent, as in flexible mode. */
  public int tl0PicIdx() {
    return tl0PicIdx;
  }

  /** Where the running index is, in bytes from the payload's begin; -1 if absent. */
  public int tl0PicIdxOffset() {
    return tl0PicIdxOffset;
  }

  /** TID, 0 to 7; -1 if absent. */
  public int temporalId() {
    return layers < 0 ? -1 : layers >>> 5;
  }

  /** SID, 0 to 7; -1 if absent. */
  public int spatialId() {
    return layers < 0 ? -1 : layers >>> 1 & 7;
  }

  /** U: a receiver can switch up to a higher temporal layer here. */
  public boolean switchingUpPoint() {
    return layers >= 0 && (layers & 0x10) != 0;
  }

  /** D: predicted from the spatial layer below in the same picture. */
  public boolean interLayerPredicted() {
    return layers >= 0 && (layers & 1) != 0;
  }

  /** How many references it names, 0 to 3; only in flexible mode. */
  public int referenceCount() {
    return referenceCount;
  }

  /** P_DIFF number {@code i}: how many picture ids back the reference lies, 0 to 127. */
  public int reference(int i) {
    return references[i];
  }

  /** Spatial layers of the scalability structure in this packet, 1 to 8; -1 if it has none. */
  public int spatialLayers() {
    return spatialLayers;
  }

  /** Pixels across of the highest layer, 0 to 65,535, if the packet tells; else -1. */
  public int width() {
    return width;
  }

  /** Pixels down of the highest layer, 0 to 65,535, if the packet tells; else -1. */
  public int height() {
    return height;
  }
}
