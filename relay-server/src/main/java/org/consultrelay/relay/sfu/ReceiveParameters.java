package org.consultrelay.relay.sfu;

import java.util.List;
import org.consultrelay.relay.rtp.Codec;

/**
 * How a published track comes in, as it was negotiated.
 *
 * @param mid the media section's identification tag (RFC 8843 §15.1); empty when there is none
 * @param codec what is sent
 * @param payloadType the codec's payload type
 * @param rtxPayloadType the payload type of its retransmissions (RFC 4588); -1 when there are none
 * @param redPayloadType the payload type of redundant audio (RFC 2198); -1 when there is none
 * @param ssrc the announced SSRC; 0 when none was, and it is learned from header extensions or the
 *     payload type
 * @param rtxSsrc the announced SSRC of its retransmissions; 0 when none was
 * @param nack whether the publisher answers generic NACKs
 * @param keyFrameRequests whether it answers PLI or FIR
 * @param simulcast the streams of the track when there are several, the smallest first; empty when
 *     there is one
 * @param sizes those that a scalable stream comes in (VP9, AV1), the smallest first; empty when not
 *     said. There may come fewer, and then the smallest are those that do not
 * @param sharpness whether a sharp picture matters more than a smooth one, as of a shared screen
 */
public record ReceiveParameters(
    String mid,
    Codec codec,
    int payloadType,
    int rtxPayloadType,
    int redPayloadType,
    int ssrc,
    int rtxSsrc,
    boolean nack,
    boolean keyFrameRequests,
    List<SimulcastStream> simulcast,
    List<PictureSize> sizes,
    boolean sharpness) {
  /** Copies the lists. */
  public ReceiveParameters {
    simulcast = List.copyOf(simulcast);
    sizes = List.copyOf(sizes);
  }

  /** A track that comes as one stream. */
  public ReceiveParameters(
      String mid,
      Codec codec,
      int payloadType,
      int rtxPayloadType,
      int ssrc,
      int rtxSsrc,
      boolean nack,
      boolean keyFrameRequests) {
    this(
        mid,
        codec,
        payloadType,
        rtxPayloadType,
        -1,
        ssrc,
        rtxSsrc,
        nack,
        keyFrameRequests,
        List.of(),
        List.of(),
        false);
  }

  /** Whether packets of that payload type are the track's media, plain or redundant. */
  boolean isMedia(int type) {
    return type == payloadType || (type == redPayloadType && type >= 0);
  }

  /** How many streams the track may come as, at least 1. */
  public int streams() {
    return Math.max(1, simulcast.size());
  }
}
