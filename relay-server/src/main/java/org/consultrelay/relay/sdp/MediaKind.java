package org.consultrelay.relay.sdp;

/** What a media section carries, from the first word of its {@code m=} line (RFC 8866 §5.14). */
public enum MediaKind {
  /** {@code m=audio}. */
  AUDIO,
  /** {@code m=video}. */
  VIDEO,
  /** {@code m=application}: data channels, or something that the relay does not carry. */
  APPLICATION,
  /** Anything else; always rejected in answers. */
  OTHER;

  /** The kind that the first word of an {@code m=} line names. */
  public static MediaKind of(String media) {
    return switch (media) {
      case "audio" -> AUDIO;
      case "video" -> VIDEO;
      case "application" -> APPLICATION;
      default -> OTHER;
    };
  }

  /** The word in the {@code m=} line; meaningless for {@link #OTHER}. */
  public String media() {
    return switch (this) {
      case AUDIO -> "audio";
      case VIDEO -> "video";
      case APPLICATION -> "application";
      case OTHER -> "other";
    };
  }
}
