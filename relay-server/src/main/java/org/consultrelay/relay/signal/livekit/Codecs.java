package org.consultrelay.relay.signal.livekit;

import java.util.List;
import java.util.Locale;
import livekit.LivekitModels;
import org.consultrelay.relay.sdp.MediaPolicy;

/** What is sent and received on this door. */
final class Codecs {
  /** What clients may publish with; the first video codec is what they fall back on. */
  static final List<LivekitModels.Codec> ENABLED =
      List.of(
          codec("video/vp8"),
          codec("video/h264"),
          codec("video/vp9"),
          codec("video/av1"),
          codec("audio/opus"));

  /**
   * For offers of clients. A section that cannot be agreed on does not end a session, and simulcast
   * is taken.
   */
  static final MediaPolicy ANSWERING =
      MediaPolicy.STANDARD.withStrict(false).withSimulcast(true).withRedundancy(true);

  /** For our own offers. */
  static final MediaPolicy OFFERING = MediaPolicy.STANDARD.withStrict(false).withRedundancy(true);

  private Codecs() {}

  private static LivekitModels.Codec codec(String mime) {
    return LivekitModels.Codec.newBuilder().setMime(mime).build();
  }

  /** The name in session descriptions of what a client calls {@code vp8} or {@code video/VP8}. */
  static String sdpName(String name) {
    String bare = name.substring(name.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    return switch (bare) {
      case "vp8" -> "VP8";
      case "h264" -> "H264";
      case "vp9" -> "VP9";
      case "av1" -> "AV1";
      default -> "";
    };
  }
}
