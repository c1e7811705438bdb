package org.consultrelay.relay.sfu;

import org.consultrelay.relay.rtp.Codec;

/**
 * How a track goes out to a subscriber, as it was negotiated.
 *
 * @param mid the media section's identification tag (RFC 8843 §15.1); empty when there is none
 * @param codec what the subscriber decodes
 * @param payloadType the codec's payload type
 * @param rtxPayloadType the payload type of retransmissions (RFC 4588); -1 when there are none
 * @param redPayloadType the payload type of redundant audio (RFC 2198); -1 when the subscriber
 *     takes none, or the relay may not make any because it is encrypted end to end
 * @param ssrc the SSRC that we send with
 * @param rtxSsrc the SSRC that we retransmit with; 0 when there is none
 * @param nack whether the subscriber may ask for packets again
 */
public record SendParameters(
    String mid,
    Codec codec,
    int payloadType,
    int rtxPayloadType,
    int redPayloadType,
    int ssrc,
    int rtxSsrc,
    boolean nack) {
  /** Without redundant audio. */
  public SendParameters(
      String mid,
      Codec codec,
      int payloadType,
      int rtxPayloadType,
      int ssrc,
      int rtxSsrc,
      boolean nack) {
    this(mid, codec, payloadType, rtxPayloadType, -1, ssrc, rtxSsrc, nack);
  }
}
