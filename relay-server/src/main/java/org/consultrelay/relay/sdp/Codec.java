package org.consultrelay.relay.sdp;

/**
 * A codec as such, without a payload type: what the relay can carry, or what a track is coded in.
 *
 * @param kind audio or video
 * @param name encoding name, compared without case
 * @param clockRate RTP clock in Hz
 * @param channels 1, or 2 for Opus
 * @param format the parameters that tell one variant from another (H.264 profile and packetization
 *     mode, VP9 profile); others are ignored in comparisons
 */
public record Codec(
    MediaKind kind, String name, int clockRate, int channels, FormatParameters format) {
  /** Opus (RFC 7587). */
  public static final Codec OPUS =
      new Codec(MediaKind.AUDIO, "opus", 48_000, 2, FormatParameters.NONE);

  /** VP8 (RFC 7741). */
  public static final Codec VP8 = video("VP8", "");

  /** H.264 constrained baseline, packetization mode 1 (RFC 6184, RFC 7742 §6.2). */
  public static final Codec H264 =
      video("H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");

  /** VP9 profile 0 (RFC 9628). */
  public static final Codec VP9 = video("VP9", "profile-id=0");

  /** AV1 main profile. */
  public static final Codec AV1 = video("AV1", "");

  /** A video codec with a 90 kHz clock; {@code format} as in {@code a=fmtp}. */
  public static Codec video(String name, String format) {
    return new Codec(MediaKind.VIDEO, name, 90_000, 1, new FormatParameters(format));
  }

  /**
   * Whether an offered payload type is this codec, in this variant: same name and clock; for H.264
   * the same packetization mode and profile, whatever the level (RFC 6184 §8.2.2); for VP9 and AV1
   * the same profile.
   */
  public boolean matches(CodecDescription offered) {
    if (!offered.name().equalsIgnoreCase(name) || offered.clockRate() != clockRate) {
      return false;
    }
    FormatParameters theirs = offered.format();
    return switch (name) {
      case "H264" ->
          format.number("packetization-mode", 0) == theirs.number("packetization-mode", 0)
              && H264Profile.of(format) != H264Profile.UNKNOWN
              && H264Profile.of(format) == H264Profile.of(theirs);
      case "VP9" -> format.number("profile-id", 0) == theirs.number("profile-id", 0);
      case "AV1" -> format.number("profile", 0) == theirs.number("profile", 0);
      // Opus always says two channels (RFC 7587 §7); a peer that forgets them still means Opus.
      case "opus" -> true;
      default -> offered.channels() == channels;
    };
  }
}
