package org.consultrelay.relay.sdp;

/** The URIs of the RTP header extensions that the relay knows. */
public final class ExtensionUri {
  /** The section's identifier in RTP (RFC 9143 §15). */
  public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

  /** A stream's RID (RFC 8852). */
  public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

  /** The RID of the stream that a retransmission repairs (RFC 8852). */
  public static final String REPAIRED_RID =
      "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

  /** Audio level of the sender (RFC 6464). */
  public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

  /** Transport-wide sequence number. */
  public static final String TRANSPORT_CC =
      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

  /** Absolute send time, 24 bits. */
  public static final String ABS_SEND_TIME =
      "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

  /** Absolute capture time. */
  public static final String ABS_CAPTURE_TIME =
      "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

  /** Rotation of the picture (3GPP TS 26.114 §7.4.5). */
  public static final String VIDEO_ORIENTATION = "urn:3gpp:video-orientation";

  /** Limits of the receiver's playout delay. */
  public static final String PLAYOUT_DELAY =
      "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

  /** Frame dependencies of scalable video (AV1 RTP specification, appendix A). */
  public static final String DEPENDENCY_DESCRIPTOR =
      "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

  /** Which layers a sender has active, and their bitrates. */
  public static final String VIDEO_LAYERS_ALLOCATION =
      "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00";

  private ExtensionUri() {}
}
