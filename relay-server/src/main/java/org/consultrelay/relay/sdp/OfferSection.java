package org.consultrelay.relay.sdp;

/**
 * One section of an offer that the relay makes. Sections are only added at the end, never moved.
 */
public sealed interface OfferSection {
  /** The section's identifier; a token, unique in the session. */
  String mid();

  /** What the section carries. */
  MediaKind kind();

  /**
   * The relay sends a track.
   *
   * @param mid the section's identifier
   * @param track what is sent; its codec must be one of the policy's
   */
  record Sending(String mid, SendTrack track) implements OfferSection {
    @Override
    public MediaKind kind() {
      return track.codec().kind();
    }
  }

  /**
   * The relay receives, in any codec of the policy's.
   *
   * @param mid the section's identifier
   * @param kind audio or video
   */
  record Receiving(String mid, MediaKind kind) implements OfferSection {
    /** Checks the kind. */
    public Receiving {
      requireMedia(kind);
    }
  }

  /**
   * Nothing flows for now; the section can be used again.
   *
   * @param mid the section's identifier
   * @param kind audio or video
   */
  record Idle(String mid, MediaKind kind) implements OfferSection {
    /** Checks the kind. */
    public Idle {
      requireMedia(kind);
    }
  }

  /**
   * The section is closed (port 0).
   *
   * @param mid the section's identifier
   * @param kind what it carried
   */
  record Stopped(String mid, MediaKind kind) implements OfferSection {}

  /**
   * Data channels.
   *
   * @param mid the section's identifier
   * @param sctpPort the relay's SCTP port, usually 5000
   * @param maxMessageSize the longest message that the relay takes, in bytes
   */
  record Data(String mid, int sctpPort, long maxMessageSize) implements OfferSection {
    @Override
    public MediaKind kind() {
      return MediaKind.APPLICATION;
    }
  }

  private static void requireMedia(MediaKind kind) {
    if (kind != MediaKind.AUDIO && kind != MediaKind.VIDEO) {
      throw new IllegalArgumentException("not a medium: " + kind);
    }
  }
}
