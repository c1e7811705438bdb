package org.consultrelay.relay.sfu;

import org.consultrelay.relay.rtp.Av1Payload;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.H264Payload;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.Vp8Descriptor;
import org.consultrelay.relay.rtp.Vp9Descriptor;

/**
 * Tells whether a decoder can start at a packet. It reads only what end-to-end encryption leaves
 * clear.
 */
final class KeyFrameDetector {
  private final Codec codec;
  private final Vp8Descriptor vp8 = new Vp8Descriptor();
  private final H264Payload h264 = new H264Payload();
  private final Vp9Descriptor vp9 = new Vp9Descriptor();
  private final Av1Payload av1 = new Av1Payload();

  KeyFrameDetector(Codec codec) {
    this.codec = codec;
  }

  boolean startsKeyFrame(RtpPacket rtp) {
    if (codec.kind() == MediaKind.AUDIO) {
      return true;
    }
    return switch (codec) {
      case VP8 ->
          vp8.parse(rtp.memory(), rtp.payloadOffset(), rtp.payloadLength()) && vp8.keyFrame();
      case H264 ->
          h264.parse(rtp.memory(), rtp.payloadOffset(), rtp.payloadLength()) && h264.keyFrame();
      case VP9 ->
          vp9.parse(rtp.memory(), rtp.payloadOffset(), rtp.payloadLength()) && vp9.keyFrame();
      case AV1 ->
          av1.parse(rtp.memory(), rtp.payloadOffset(), rtp.payloadLength()) && av1.keyFrame();
      default -> false;
    };
  }
}
