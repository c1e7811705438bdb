package org.consultrelay.load.peer;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.sdp.CodecDescription;
import org.consultrelay.relay.sdp.MediaSection;
import org.consultrelay.relay.sdp.SsrcDescription;
import org.consultrelay.relay.sdp.SsrcGroup;

/**
 * What a relay's answer says of one track, either way.
 *
 * @param mid the section's
 * @param codec the one to use
 * @param payloadType of the media
 * @param rtxPayloadType of retransmissions; -1: none
 * @param ssrc that the relay sends with; 0: not announced
 * @param rtxSsrc of its retransmissions; 0: not announced
 * @param transportCcId header extension id; 0: not agreed on, as below
 * @param audioLevelId header extension id
 * @param midId header extension id
 */
public record AnsweredTrack(
    String mid,
    Codec codec,
    int payloadType,
    int rtxPayloadType,
    int ssrc,
    int rtxSsrc,
    int transportCcId,
    int audioLevelId,
    int midId) {
  /** The tracks that the relay takes. */
  public static List<AnsweredTrack> received(RemoteDescription answer) {
    List<AnsweredTrack> tracks = new ArrayList<>();
    for (MediaSection section : answer.sections()) {
      if (!section.isRejected() && section.direction().receives()) {
        add(tracks, section);
      }
    }
    return tracks;
  }

  /** The tracks that the relay sends. */
  public static List<AnsweredTrack> sent(RemoteDescription answer) {
    List<AnsweredTrack> tracks = new ArrayList<>();
    for (MediaSection section : answer.sections()) {
      if (!section.isRejected() && section.direction().sends()) {
        add(tracks, section);
      }
    }
    return tracks;
  }

  private static void add(List<AnsweredTrack> tracks, MediaSection section) {
    for (CodecDescription described : section.rtp().codecs()) {
      Codec codec = Codec.of(described.name());
      if (described.isRtx() || codec == null || codec.kind() == null) {
        continue;
      }
      CodecDescription rtx = section.rtp().rtxOf(described);
      int rtxSsrc = 0;
      int ssrc = 0;
      for (SsrcGroup group : section.rtp().ssrcGroups()) {
        if (group.semantics().equals(SsrcGroup.FID) && group.ssrcs().size() == 2) {
          ssrc = group.ssrcs().getFirst().intValue();
          rtxSsrc = group.ssrcs().get(1).intValue();
        }
      }
      if (ssrc == 0) {
        List<SsrcDescription> announced = section.rtp().ssrcs();
        ssrc = announced.isEmpty() ? 0 : (int) announced.getFirst().ssrc();
      }
      tracks.add(
          new AnsweredTrack(
              section.mid(),
              codec,
              described.payloadType(),
              rtx == null ? -1 : rtx.payloadType(),
              ssrc,
              rtxSsrc,
              id(section, HeaderExtension.TRANSPORT_CC),
              id(section, HeaderExtension.AUDIO_LEVEL),
              id(section, HeaderExtension.MID)));
      return;
    }
  }

  private static int id(MediaSection section, HeaderExtension wanted) {
    for (org.consultrelay.relay.sdp.HeaderExtension extension : section.rtp().extensions()) {
      if (extension.uri().equals(wanted.uri())) {
        return extension.id();
      }
    }
    return 0;
  }

  /** How we send it. */
  public OutgoingTrack.Format outgoing(int itsSsrc, int itsRtxSsrc) {
    return new OutgoingTrack.Format(
        payloadType,
        rtxPayloadType,
        codec.clockRate(),
        itsSsrc,
        itsRtxSsrc,
        mid,
        transportCcId,
        audioLevelId,
        midId);
  }

  /** How we receive it. */
  public IncomingTrack.Format incoming() {
    return new IncomingTrack.Format(codec, payloadType, rtxPayloadType, ssrc, rtxSsrc);
  }
}
