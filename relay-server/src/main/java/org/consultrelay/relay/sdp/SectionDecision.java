package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * What to do with one section of an offer. A decision that the offer does not allow (receiving
 * where the peer does not send) leaves that half out; it is not an error.
 */
public sealed interface SectionDecision {
  /** Receives in whatever codec of the policy's, in its order. */
  static Receive receive() {
    return new Receive(List.of(), false, false, List.of());
  }

  /** Sends a track. */
  static Send send(SendTrack track) {
    return new Send(track);
  }

  /** Keeps the section for later, nothing flowing. */
  static Inactive inactive() {
    return new Inactive();
  }

  /** Rejects the section for good (port 0). */
  static Reject reject(String text) {
    return new Reject(text);
  }

  /**
   * The peer publishes.
   *
   * @param codecs names of the policy's codecs to take, best first; empty for all in its order
   * @param stereo whether the track is known to be stereo: then Opus is asked for in stereo even
   *     when the offer has no {@code sprop-stereo=1}
   * @param redundancy whether to ask for redundant audio, where the policy takes it
   * @param rids the simulcast streams to take of those offered, where the policy takes simulcast;
   *     empty for all
   */
  record Receive(List<String> codecs, boolean stereo, boolean redundancy, List<String> rids)
      implements SectionDecision {
    /** Copies the lists. */
    public Receive {
      codecs = List.copyOf(codecs);
      rids = List.copyOf(rids);
    }

    /** Without redundancy. */
    public Receive(List<String> codecs, boolean stereo, List<String> rids) {
      this(codecs, stereo, false, rids);
    }
  }

  /**
   * The peer plays.
   *
   * @param track what the relay sends
   */
  record Send(SendTrack track) implements SectionDecision {}

  /**
   * Both ways in one section.
   *
   * @param track what the relay sends
   * @param receive how the peer publishes
   */
  record SendReceive(SendTrack track, Receive receive) implements SectionDecision {}

  /** The section stays, and nothing flows for now. */
  record Inactive() implements SectionDecision {}

  /**
   * The section is rejected.
   *
   * @param text why, for the session's view and logs
   */
  record Reject(String text) implements SectionDecision {}

  /**
   * Data channels are opened; for {@link MediaKind#APPLICATION} only.
   *
   * @param sctpPort the relay's SCTP port, usually 5000
   * @param maxMessageSize the longest message that the relay takes, in bytes
   */
  record AcceptData(int sctpPort, long maxMessageSize) implements SectionDecision {}
}
