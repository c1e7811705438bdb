package org.consultrelay.relay.layers;

import java.io.ByteArrayOutputStream;
import org.consultrelay.relay.rtp.Codec;

/** Payload descriptors and headers of the codecs, as an encoder's packetiser writes them. */
final class TestPayloads {
  private TestPayloads() {}

  /** What the descriptors need to know beyond the frame. */
  static final class Numbers {
    int pictureId;
    boolean longPictureId;
    int tl0;
    boolean sync;
    boolean flexible;
    boolean spatialLayers;
    boolean interPicture;
    boolean interLayer;
  }

  static byte[] payload(Codec codec, Frame frame, int place, int count, Numbers numbers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (codec) {
      case VP8 -> vp8(out, frame, place, numbers);
      case VP9 -> vp9(out, frame, place, count, numbers);
      case H264 -> h264(out, frame, place, count);
      default -> {
        out.write(
            (place > 0 ? 0x80 : 0)
                | (frame.key && frame.spatial == 0 && place == 0 ? 8 : 0)
                | 0x10);
        out.write(0x30);
      }
    }
    out.write(frame.source);
    out.write(frame.picture);
    out.write(place);
    return out.toByteArray();
  }

  private static void pictureId(ByteArrayOutputStream out, Numbers numbers) {
    if (numbers.longPictureId) {
      out.write(0x80 | ((numbers.pictureId >> 8) & 0x7F));
      out.write(numbers.pictureId);
    } else {
      out.write(numbers.pictureId & 0x7F);
    }
  }

  private static void vp8(ByteArrayOutputStream out, Frame frame, int place, Numbers numbers) {
    out.write(0x80 | (place == 0 ? 0x10 : 0));
    out.write(0xE0);
    pictureId(out, numbers);
    out.write(numbers.tl0);
    out.write(frame.temporal << 6 | (numbers.sync ? 0x20 : 0));
    out.write(frame.key ? 0 : 1);
  }

  private static void vp9(
      ByteArrayOutputStream out, Frame frame, int place, int count, Numbers numbers) {
    boolean references = numbers.flexible && numbers.interPicture;
    boolean structure = frame.key && frame.spatial == 0 && place == 0;
    out.write(
        0x80
            | (numbers.interPicture ? 0x40 : 0)
            | 0x20
            | (numbers.flexible ? 0x10 : 0)
            | (place == 0 ? 8 : 0)
            | (place == count - 1 ? 4 : 0)
            | (structure ? 2 : 0));
    pictureId(out, numbers);
    out.write(
        frame.temporal << 5
            | (numbers.sync ? 0x10 : 0)
            | frame.spatial << 1
            | (numbers.interLayer ? 1 : 0));
    if (!numbers.flexible) {
      out.write(numbers.tl0);
    }
    if (references) {
      int left = (int) frame.references.stream().filter(r -> r.picture != frame.picture).count();
      for (Frame reference : frame.references) {
        if (reference.picture != frame.picture) {
          out.write(((frame.picture - reference.picture) << 1) | (--left > 0 ? 1 : 0));
        }
      }
    }
    if (structure) {
      out.write(0x48);
      out.write(1);
      out.write(0x04);
      out.write(4);
    }
  }

  private static void h264(ByteArrayOutputStream out, Frame frame, int place, int count) {
    if (frame.key && place == 0) {
      out.write(0x67);
      return;
    }
    int first = frame.key ? 1 : 0;
    out.write(0x7C);
    out.write((place == first ? 0x80 : 0) | (place == count - 1 ? 0x40 : 0) | (frame.key ? 5 : 1));
    out.write(0x80);
  }
}
