package org.consultrelay.relay.rtp;

import org.jspecify.annotations.Nullable;

/**
 * The RTP header extensions that the relay reads, rewrites or hands on (RFC 8285). The order is the
 * index in {@link RtpPacket} and the bit in its masks; there may be at most 64.
 */
public enum HeaderExtension {
  /** The media section's identification tag, text (RFC 9143 §15). */
  MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
  /** The name of a simulcast layer, text (RFC 8852 §3.1). */
  RID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
  /** The layer that a retransmission belongs to, text (RFC 8852 §3.2). */
  REPAIRED_RID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
  /** Client-to-mixer audio level, one byte (RFC 6464): see {@link AudioLevel}. */
  AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
  /** When the packet left, 24 bits: see {@link AbsSendTime}. */
  ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
  /**
   * Transport-wide sequence number, 16 bits (draft-holmer-rmcat-transport-wide-cc-extensions-01).
   */
  TRANSPORT_CC("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
  /** Coordination of video orientation, one byte (3GPP TS 26.114). */
  VIDEO_ORIENTATION("urn:3gpp:video-orientation"),
  /** Least and greatest playout delay, 12 bits each, in 10 ms. */
  PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
  /** NTP time of capture, 8 bytes, and optionally the clock offset, 8 more. */
  ABS_CAPTURE_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
  /** Frame dependencies of AV1 and other layered codecs; often more than 16 bytes on key frames. */
  DEPENDENCY_DESCRIPTOR(
      "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
  /** Which layers a sender now sends, and their rates. */
  VIDEO_LAYERS_ALLOCATION("http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00"),
  /** Camera or screen, one byte. */
  VIDEO_CONTENT_TYPE("http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"),
  /** Encoder timings, 13 bytes. */
  VIDEO_TIMING("http://www.webrtc.org/experiments/rtp-hdrext/video-timing"),
  /** Colour space, 4 or 28 bytes. */
  COLOR_SPACE("http://www.webrtc.org/experiments/rtp-hdrext/color-space"),
  /** Offset of the transmission time from the RTP timestamp, 24 bits (RFC 5450). */
  TRANSMISSION_OFFSET("urn:ietf:params:rtp-hdrext:toffset"),
  /** Mixer-to-client audio levels (RFC 6465). */
  CSRC_AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:csrc-audio-level");

  private static final HeaderExtension[] ALL = values();

  private final String uri;

  HeaderExtension(String uri) {
    this.uri = uri;
  }

  /** The extension with that URI (compared exactly, RFC 8285 §5); null if unknown. */
  public static @Nullable HeaderExtension of(String uri) {
    for (HeaderExtension extension : ALL) {
      if (extension.uri.equals(uri)) {
        return extension;
      }
    }
    return null;
  }

  /**
   * The extension whose {@link #index()} is given; does not copy the array as {@code values()}
   * does.
   */
  static HeaderExtension at(int index) {
    return ALL[index];
  }

  /** How many there are. */
  static int count() {
    return ALL.length;
  }

  /** The name in {@code a=extmap}. */
  public String uri() {
    return uri;
  }

  /** This extension's bit in the masks of {@link RtpPacket} and {@link HeaderExtensionMap}. */
  public long bit() {
    return 1L << index();
  }

  /** The index in arrays over all extensions: of this process only, never written anywhere. */
  @SuppressWarnings("EnumOrdinal")
  int index() {
    return ordinal();
  }
}
