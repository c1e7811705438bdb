package org.consultrelay.relay.sdp;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the relay can carry and how it wants it; the same for every session of a kind. The order of
 * lists is the relay's preference.
 *
 * @param codecs codecs that may be received, best first
 * @param extensions header extensions
 * @param audioFeedback RTCP feedback for audio
 * @param videoFeedback RTCP feedback for video; {@code goog-remb} is used only in sections without
 *     transport-cc
 * @param retransmission whether to take RTX (RFC 4588)
 * @param redundancy whether to take redundant audio (RFC 2198) around Opus
 * @param simulcast whether to accept simulcast by RID; when off an answer takes one layer
 * @param dtx discontinuous transmission of Opus
 * @param extmapAllowMixed whether two-byte header extensions are understood (RFC 8285 §4.3)
 * @param strict whether one section that cannot be agreed on refuses the whole offer, as WHIP and
 *     WHEP want; when off such a section is rejected or inactive, and the rest goes on
 * @param fingerprintHashes hash functions accepted in {@code a=fingerprint}, lower case
 */
public record MediaPolicy(
    List<Codec> codecs,
    List<SupportedExtension> extensions,
    List<RtcpFeedback> audioFeedback,
    List<RtcpFeedback> videoFeedback,
    boolean retransmission,
    boolean redundancy,
    boolean simulcast,
    OpusDtx dtx,
    boolean extmapAllowMixed,
    boolean strict,
    Set<String> fingerprintHashes) {
  private static final Set<MediaKind> BOTH = EnumSet.of(MediaKind.AUDIO, MediaKind.VIDEO);
  private static final Set<MediaKind> AUDIO = EnumSet.of(MediaKind.AUDIO);
  private static final Set<MediaKind> VIDEO = EnumSet.of(MediaKind.VIDEO);

  /**
   * Opus, VP8, H.264, VP9 and AV1 with retransmission; one layer; strict. The starting point for
   * {@link #withSimulcast}, {@link #withCodecs} and the like.
   */
  public static final MediaPolicy STANDARD =
      new MediaPolicy(
          List.of(Codec.OPUS, Codec.VP8, Codec.H264, Codec.VP9, Codec.AV1),
          List.of(
              new SupportedExtension(ExtensionUri.MID, BOTH, true, true),
              new SupportedExtension(ExtensionUri.RID, VIDEO, true, false),
              new SupportedExtension(ExtensionUri.REPAIRED_RID, VIDEO, true, false),
              new SupportedExtension(ExtensionUri.TRANSPORT_CC, BOTH, true, true),
              new SupportedExtension(ExtensionUri.ABS_SEND_TIME, BOTH, true, true),
              new SupportedExtension(ExtensionUri.AUDIO_LEVEL, AUDIO, true, true),
              new SupportedExtension(ExtensionUri.VIDEO_ORIENTATION, VIDEO, true, true),
              new SupportedExtension(ExtensionUri.PLAYOUT_DELAY, VIDEO, true, true),
              new SupportedExtension(ExtensionUri.ABS_CAPTURE_TIME, BOTH, true, true),
              new SupportedExtension(ExtensionUri.DEPENDENCY_DESCRIPTOR, VIDEO, true, true)),
          List.of(RtcpFeedback.TRANSPORT_CC),
          List.of(
              RtcpFeedback.TRANSPORT_CC,
              RtcpFeedback.REMB,
              RtcpFeedback.FIR,
              RtcpFeedback.NACK,
              RtcpFeedback.PLI),
          true,
          false,
          false,
          OpusDtx.MIRROR,
          true,
          true,
          Set.of("sha-256", "sha-384", "sha-512"));

  /** Copies the collections. */
  public MediaPolicy {
    codecs = List.copyOf(codecs);
    extensions = List.copyOf(extensions);
    audioFeedback = List.copyOf(audioFeedback);
    videoFeedback = List.copyOf(videoFeedback);
    fingerprintHashes = Set.copyOf(fingerprintHashes);
  }

  List<RtcpFeedback> feedback(MediaKind kind) {
    return kind == MediaKind.AUDIO ? audioFeedback : videoFeedback;
  }

  /** The same with simulcast accepted or not. */
  public MediaPolicy withSimulcast(boolean accepted) {
    return new MediaPolicy(
        codecs,
        extensions,
        audioFeedback,
        videoFeedback,
        retransmission,
        redundancy,
        accepted,
        dtx,
        extmapAllowMixed,
        strict,
        fingerprintHashes);
  }

  /** The same with redundant audio accepted, where a section's decision says so too, or not. */
  public MediaPolicy withRedundancy(boolean accepted) {
    return new MediaPolicy(
        codecs,
        extensions,
        audioFeedback,
        videoFeedback,
        retransmission,
        accepted,
        simulcast,
        dtx,
        extmapAllowMixed,
        strict,
        fingerprintHashes);
  }

  /** The same with other codecs, best first. */
  public MediaPolicy withCodecs(List<Codec> others) {
    return new MediaPolicy(
        others,
        extensions,
        audioFeedback,
        videoFeedback,
        retransmission,
        redundancy,
        simulcast,
        dtx,
        extmapAllowMixed,
        strict,
        fingerprintHashes);
  }

  /** The same with another word on discontinuous transmission. */
  public MediaPolicy withDtx(OpusDtx other) {
    return new MediaPolicy(
        codecs,
        extensions,
        audioFeedback,
        videoFeedback,
        retransmission,
        redundancy,
        simulcast,
        other,
        extmapAllowMixed,
        strict,
        fingerprintHashes);
  }

  /** The same, strict or not. */
  public MediaPolicy withStrict(boolean other) {
    return new MediaPolicy(
        codecs,
        extensions,
        audioFeedback,
        videoFeedback,
        retransmission,
        redundancy,
        simulcast,
        dtx,
        extmapAllowMixed,
        other,
        fingerprintHashes);
  }
}
