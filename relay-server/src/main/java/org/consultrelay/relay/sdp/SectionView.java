package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads off what two matching sections, offer and answer, agree on. */
final class SectionView {
  private SectionView() {}

  /**
   * The relay's view of a section.
   *
   * @param local the relay's description of the section
   * @param remote the peer's
   * @param answer whichever of the two is the answer: it decides
   * @param known codecs to name the agreed ones by, the most specific first
   */
  static NegotiatedSection of(
      int index,
      MediaSection local,
      MediaSection remote,
      MediaSection answer,
      List<Codec> known,
      @Nullable SendTrack track,
      @Nullable Refusal problem) {
    boolean rejected = answer.isRejected();
    Direction direction =
        Direction.of(
            local.direction().sends() && remote.direction().receives(),
            local.direction().receives() && remote.direction().sends());
    Map<String, Integer> extensionIds = new LinkedHashMap<>();
    if (!rejected) {
      for (HeaderExtension extension : answer.rtp().extensions()) {
        if (isMapped(local, extension) && isMapped(remote, extension)) {
          extensionIds.putIfAbsent(extension.uri(), extension.id());
        }
      }
    }
    return new NegotiatedSection(
        index,
        remote.mid().isEmpty() ? local.mid() : remote.mid(),
        local.kind(),
        rejected,
        rejected ? Direction.INACTIVE : direction,
        rejected ? List.of() : codecs(local, remote, answer, known),
        extensionIds,
        rejected ? List.of() : remote.rtp().ssrcs(),
        rejected ? List.of() : remote.rtp().ssrcGroups(),
        rejected ? List.of() : rids(local, remote),
        rejected ? null : remote.msid(),
        answer.rtp().reducedSizeRtcp() && remote.rtp().reducedSizeRtcp(),
        rejected ? null : remote.sctp(),
        direction.sends() && !rejected ? track : null,
        problem);
  }

  private static boolean isMapped(MediaSection section, HeaderExtension extension) {
    return section.rtp().extensions().stream()
        .anyMatch(e -> e.id() == extension.id() && e.uri().equals(extension.uri()));
  }

  private static List<NegotiatedCodec> codecs(
      MediaSection local, MediaSection remote, MediaSection answer, List<Codec> known) {
    List<NegotiatedCodec> codecs = new ArrayList<>();
    for (CodecDescription agreed : answer.rtp().codecs()) {
      CodecDescription ours = local.rtp().codec(agreed.payloadType());
      CodecDescription theirs = remote.rtp().codec(agreed.payloadType());
      if (agreed.isRtx()
          || agreed.isRed()
          || agreed.name().isEmpty()
          || ours == null
          || theirs == null) {
        continue;
      }
      CodecDescription rtx = answer.rtp().rtxOf(agreed);
      CodecDescription red = local.rtp().redOf(ours) == null ? null : answer.rtp().redOf(agreed);
      codecs.add(
          new NegotiatedCodec(
              codec(local.kind(), agreed, known),
              agreed.payloadType(),
              rtx == null ? -1 : rtx.payloadType(),
              red == null ? -1 : red.payloadType(),
              ours.format(),
              theirs.format(),
              Feedback.of(agreed.feedback().stream().filter(ours.feedback()::contains).toList())));
    }
    return codecs;
  }

  // Named as the policy names it, with the parameters of this session.
  private static Codec codec(MediaKind kind, CodecDescription agreed, List<Codec> known) {
    for (Codec codec : known) {
      if (codec.matches(agreed)) {
        return codec;
      }
    }
    return new Codec(kind, agreed.name(), agreed.clockRate(), agreed.channels(), agreed.format());
  }

  private static List<String> rids(MediaSection local, MediaSection remote) {
    SimulcastDescription ours = local.rtp().simulcast();
    SimulcastDescription theirs = remote.rtp().simulcast();
    if (ours == null || theirs == null) {
      return List.of();
    }
    return ours.receive().stream().map(stream -> stream.alternatives().getFirst().rid()).toList();
  }
}
