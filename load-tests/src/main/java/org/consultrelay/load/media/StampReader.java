package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.H264Payload;
import org.consultrelay.relay.rtp.Vp8Descriptor;
import org.consultrelay.relay.wire.Bytes;

/**
 * Finds the stamp in a decrypted payload: where the synthetic sources put it, or else at the end.
 * One per loop.
 */
public final class StampReader {
  private static final int FU_A = 28;
  private static final int STAP_A = 24;

  private final Vp8Descriptor vp8 = new Vp8Descriptor();
  private final H264Payload h264 = new H264Payload();
  private final Stamp stamp = new Stamp();
  private boolean keyFrame;

  /** A reader that has read nothing yet. */
  public StampReader() {}

  /**
   * Looks at a payload.
   *
   * @param codec {@link Codec#OPUS}, {@link Codec#VP8} or {@link Codec#H264}; of others only the
   *     end is looked at
   * @param length of the payload without padding
   * @return whether {@link #stamp} has been read
   */
  public boolean read(Codec codec, MemorySegment memory, long offset, int length) {
    keyFrame = false;
    int at = length == 0 ? -1 : place(codec, memory, offset, length);
    if (at >= 0 && stamp.read(memory, offset + at, length - at)) {
      return true;
    }
    int end = length - Stamp.LENGTH;
    return end >= 0 && stamp.read(memory, offset + end, Stamp.LENGTH);
  }

  private int place(Codec codec, MemorySegment memory, long offset, int length) {
    return switch (codec) {
      case OPUS -> 1;
      case VP8 -> {
        if (!vp8.parse(memory, offset, length)) {
          yield -1;
        }
        keyFrame = vp8.keyFrame();
        yield vp8.descriptorLength() + (vp8.startsFrame() ? Vp8Source.CLEAR_BYTES : 0);
      }
      case H264 -> {
        if (!h264.parse(memory, offset, length)) {
          yield -1;
        }
        keyFrame = h264.keyFrame();
        int type = Bytes.u8(memory, offset) & 0x1F;
        yield switch (type) {
          case FU_A ->
              2 + ((Bytes.u8(memory, offset + 1) & 0x80) != 0 ? H264Source.SLICE_HEADER : 0);
          case STAP_A -> length - 1 - Stamp.LENGTH;
          default -> 1 + H264Source.SLICE_HEADER;
        };
      }
      default -> -1;
    };
  }

  /** The stamp, as good as the last {@link #read} that gave true. */
  public Stamp stamp() {
    return stamp;
  }

  /** Whether a key frame begins in the payload that was looked at last. */
  public boolean keyFrame() {
    return keyFrame;
  }
}
