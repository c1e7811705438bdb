package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * Synthetic VP8 (RFC 7741): descriptors and frame headers are true, the rest is filling that no
 * decoder would make a picture of. The stamp stands behind what the usual end-to-end encryption of
 * frames leaves in the clear: the descriptor, and ten bytes where a frame begins.
 */
public final class Vp8Source implements VideoSource {
  /** Bytes of a key frame's header (RFC 6386 §9.1), left clear by frame encryption. */
  static final int CLEAR_BYTES = 10;

  private static final int START_CODE = 0x9D012A;
  private static final int FRAME_TAG = 3;
  private static final int LAYER_BYTES = 2;

  private final VideoShape shape;
  private final FramePlan plan;
  private final int descriptor;
  private int pictureId;
  private int tl0PicIdx;
  private int packets;
  private int stampOffset = -1;

  /**
   * A source.
   *
   * @param seed the same one makes the same frames
   */
  public Vp8Source(VideoShape shape, long seed) {
    this.shape = shape;
    plan = new FramePlan(shape, seed);
    descriptor = 4 + (shape.temporalLayers() > 1 ? LAYER_BYTES : 0);
    pictureId = (int) (seed * 0x9E37_79B9L) & 0x7FFF;
    tl0PicIdx = pictureId & 0xFF;
  }

  @Override
  public int nextFrame(boolean keyWanted) {
    plan.next(keyWanted);
    pictureId = pictureId + 1 & 0x7FFF;
    if (plan.temporalLayer() == 0) {
      tl0PicIdx = tl0PicIdx + 1 & 0xFF;
    }
    packets = Packets.count(plan.size(), MAX_PAYLOAD - descriptor);
    return packets;
  }

  @Override
  public boolean keyFrame() {
    return plan.keyFrame();
  }

  @Override
  public int temporalLayer() {
    return plan.temporalLayer();
  }

  @Override
  public int write(int packet, MemorySegment memory, long offset) {
    boolean first = packet == 0;
    Bytes.put8(memory, offset, 0x80 | (plan.nonReference() ? 0x20 : 0) | (first ? 0x10 : 0));
    boolean layered = descriptor > 4;
    Bytes.put8(memory, offset + 1, layered ? 0xE0 : 0x80);
    Bytes.put16(memory, offset + 2, 0x8000 | pictureId);
    if (layered) {
      Bytes.put8(memory, offset + 4, tl0PicIdx);
      Bytes.put8(memory, offset + 5, plan.temporalLayer() << 6 | (plan.layerSync() ? 0x20 : 0));
    }
    if (first) {
      frameHeader(memory, offset + descriptor);
    }
    stampOffset = descriptor + (first ? CLEAR_BYTES : 0);
    return descriptor + Packets.length(plan.size(), packets, packet);
  }

  /** RFC 6386 §9.1: the tag is in little-endian order. */
  private void frameHeader(MemorySegment memory, long at) {
    int partition = Math.min(0x7FFFF, plan.size() - CLEAR_BYTES);
    int tag = (plan.keyFrame() ? 0 : 1) | 1 << 4 | partition << 5;
    Bytes.put24(memory, at, Integer.reverseBytes(tag) >>> 8);
    if (plan.keyFrame()) {
      Bytes.put24(memory, at + FRAME_TAG, START_CODE);
      Bytes.put16(memory, at + 6, Short.reverseBytes((short) shape.width()));
      Bytes.put16(memory, at + 8, Short.reverseBytes((short) shape.height()));
    }
  }

  @Override
  public int stampOffset() {
    return stampOffset;
  }
}
