package org.consultrelay.relay.sdp;

/**
 * A codec agreed on in a section.
 *
 * @param codec which of the codecs that the relay knows
 * @param payloadType 0 to 127
 * @param rtxPayloadType of its retransmissions (RFC 4588), or -1
 * @param redPayloadType of redundant packets of it (RFC 2198), or -1
 * @param localFormat the relay's {@code a=fmtp}
 * @param remoteFormat the peer's {@code a=fmtp}, which may hold parameter sets
 * @param feedback RTCP feedback in both directions
 */
public record NegotiatedCodec(
    Codec codec,
    int payloadType,
    int rtxPayloadType,
    int redPayloadType,
    FormatParameters localFormat,
    FormatParameters remoteFormat,
    Feedback feedback) {
  /** Whether lost packets are sent again as RTX. */
  public boolean hasRtx() {
    return rtxPayloadType >= 0;
  }
}
