package org.consultrelay.relay.rtp;

import org.jspecify.annotations.Nullable;

/**
 * The RTP payload formats that the relay knows by name. Knowing a format means being able to read
 * what the relay needs from its clear bytes, or to pass it on; nothing is ever decoded.
 */
public enum Codec {
  /** RFC 7587. The rtpmap always says two channels. */
  OPUS("opus", 48_000, MediaKind.AUDIO),
  /** Redundant audio (RFC 2198), around Opus; 48 kHz with two channels there. */
  RED("red", 48_000, null),
  /** RFC 7741. */
  VP8("VP8", 90_000, MediaKind.VIDEO),
  /** RFC 9628. */
  VP9("VP9", 90_000, MediaKind.VIDEO),
  /** RFC 6184. */
  H264("H264", 90_000, MediaKind.VIDEO),
  /** RFC 7798. */
  H265("H265", 90_000, MediaKind.VIDEO),
  /** The Alliance for Open Media's RTP payload format. */
  AV1("AV1", 90_000, MediaKind.VIDEO),
  /** Retransmission (RFC 4588); its clock is the original's. */
  RTX("rtx", 90_000, null),
  /** RFC 5109. */
  ULPFEC("ulpfec", 90_000, MediaKind.VIDEO),
  /** RFC 8627. */
  FLEXFEC("flexfec-03", 90_000, MediaKind.VIDEO);

  private static final Codec[] ALL = values();

  private final String encodingName;
  private final int clockRate;
  private final @Nullable MediaKind kind;

  Codec(String encodingName, int clockRate, @Nullable MediaKind kind) {
    this.encodingName = encodingName;
    this.clockRate = clockRate;
    this.kind = kind;
  }

  /**
   * The codec of an rtpmap's encoding name, compared without case (RFC 4855 §3); null if unknown.
   */
  public static @Nullable Codec of(String encodingName) {
    for (Codec codec : ALL) {
      if (codec.encodingName.equalsIgnoreCase(encodingName)) {
        return codec;
      }
    }
    return null;
  }

  /** RTP timestamp units a second. */
  public int clockRate() {
    return clockRate;
  }

  /** Audio or video; null for a format that wraps either (RED, RTX). */
  public @Nullable MediaKind kind() {
    return kind;
  }
}
