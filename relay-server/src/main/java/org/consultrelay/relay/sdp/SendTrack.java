package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * A track that the relay sends in a section.
 *
 * @param streamId first part of {@code a=msid}; a word
 * @param trackId second part of {@code a=msid}; a word
 * @param ssrc of the media, unique in the session and constant for its life, 1 to 2^32-1
 * @param rtxSsrc of its retransmissions, likewise; 0 for none
 * @param cname canonical name of the source; the same for tracks to be played in step
 * @param codec what the track is coded in, variant included
 */
public record SendTrack(
    String streamId, String trackId, long ssrc, long rtxSsrc, String cname, Codec codec) {
  /** Checks the ranges. */
  public SendTrack {
    SdpText.requireWord(streamId, "a stream id");
    SdpText.requireWord(trackId, "a track id");
    SdpText.requireWord(cname, "a cname");
    if (ssrc < 1
        || ssrc > SsrcDescription.GREATEST
        || rtxSsrc < 0
        || rtxSsrc > SsrcDescription.GREATEST
        || ssrc == rtxSsrc) {
      throw new IllegalArgumentException("ssrc " + ssrc + ", rtx ssrc " + rtxSsrc);
    }
  }

  Msid msid() {
    return new Msid(streamId, trackId);
  }

  List<SsrcDescription> ssrcs(boolean retransmission) {
    SsrcDescription media = new SsrcDescription(ssrc, cname, msid());
    return retransmission && rtxSsrc != 0
        ? List.of(media, new SsrcDescription(rtxSsrc, cname, msid()))
        : List.of(media);
  }

  List<SsrcGroup> groups(boolean retransmission) {
    return retransmission && rtxSsrc != 0
        ? List.of(new SsrcGroup(SsrcGroup.FID, List.of(ssrc, rtxSsrc)))
        : List.of();
  }
}
