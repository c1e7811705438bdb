package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the sections of an answer from their plans (RFC 8829 §5.3.1). */
final class AnswerSections {
  private static final int PORT = 9;

  private final MediaPolicy policy;
  private final BundleFormats formats;
  private final LocalTransport local;
  private final DtlsRole role;
  private final boolean twoByteExtensions;

  AnswerSections(
      MediaPolicy policy,
      BundleFormats formats,
      LocalTransport local,
      DtlsRole role,
      boolean twoByteExtensions) {
    this.policy = policy;
    this.formats = formats;
    this.local = local;
    this.role = role;
    this.twoByteExtensions = twoByteExtensions;
  }

  /** One section; the candidates stand in the tagged one (RFC 8843 §7.3.1). */
  MediaSection section(SectionPlan plan, boolean tagged) {
    MediaSection offered = plan.offered();
    if (plan.rejected()) {
      return rejected(offered);
    }
    return new MediaSection(
        offered.media(),
        PORT,
        offered.protocol(),
        offered.formats(),
        offered.mid(),
        plan.direction(),
        false,
        local.description(role.setup()),
        tagged ? local.candidates() : List.of(),
        tagged,
        offered.isRtp() ? rtp(plan) : RtpDescription.NONE,
        plan.data() == null
            ? null
            : new SctpDescription(plan.data().sctpPort(), plan.data().maxMessageSize()),
        List.of());
  }

  // A rejected section keeps its place and names one offered format (RFC 3264 §6).
  private static MediaSection rejected(MediaSection offered) {
    List<CodecDescription> codecs = offered.rtp().codecs();
    return new MediaSection(
        offered.media(),
        0,
        offered.protocol(),
        offered.formats().isEmpty() ? List.of() : offered.formats().subList(0, 1),
        offered.mid(),
        Direction.INACTIVE,
        false,
        TransportDescription.NONE,
        List.of(),
        false,
        codecs.isEmpty()
            ? RtpDescription.NONE
            : RtpDescription.ofCodecs(List.of(withoutFeedback(codecs.getFirst()))),
        null,
        List.of());
  }

  private static CodecDescription withoutFeedback(CodecDescription codec) {
    return new CodecDescription(
        codec.payloadType(),
        codec.name(),
        codec.clockRate(),
        codec.channels(),
        FormatParameters.NONE,
        List.of());
  }

  private RtpDescription rtp(SectionPlan plan) {
    RtpDescription offered = plan.offered().rtp();
    List<RidDescription> rids = acceptedRids(plan);
    List<HeaderExtension> extensions = extensions(plan);
    SendTrack track = plan.track();
    boolean retransmission = !plan.codecs().isEmpty() && plan.codecs().getFirst().rtx() != null;
    return new RtpDescription(
        codecs(plan, extensions),
        extensions,
        track == null ? List.of() : track.ssrcs(retransmission),
        track == null ? List.of() : track.groups(retransmission),
        rids,
        rids.isEmpty() ? null : new SimulcastDescription(List.of(), streams(rids)),
        track == null ? List.of() : List.of(track.msid()),
        true,
        offered.rtcpMuxOnly(),
        offered.reducedSizeRtcp(),
        false);
  }

  private List<CodecDescription> codecs(SectionPlan plan, List<HeaderExtension> extensions) {
    List<CodecDescription> codecs = new ArrayList<>();
    for (SectionPlan.Choice choice : plan.codecs()) {
      CodecDescription offered = choice.offered();
      if (choice.red() != null) {
        // In front of what it is around, or the peer does not send it.
        codecs.add(choice.red());
      }
      codecs.add(
          new CodecDescription(
              offered.payloadType(),
              offered.name(),
              offered.clockRate(),
              offered.channels(),
              formats.of(offered.payloadType()),
              feedback(plan.offered().kind(), offered, extensions)));
      if (choice.rtx() != null) {
        codecs.add(choice.rtx());
      }
    }
    return codecs;
  }

  // Transport-cc needs its header extension as well; REMB is for those who have not both.
  private List<RtcpFeedback> feedback(
      MediaKind kind, CodecDescription offered, List<HeaderExtension> extensions) {
    boolean transportCc =
        has(extensions, ExtensionUri.TRANSPORT_CC)
            && offered.feedback().contains(RtcpFeedback.TRANSPORT_CC)
            && policy.feedback(kind).contains(RtcpFeedback.TRANSPORT_CC);
    return policy.feedback(kind).stream()
        .filter(offered.feedback()::contains)
        .filter(feedback -> transportCc || !feedback.equals(RtcpFeedback.TRANSPORT_CC))
        .filter(feedback -> !transportCc || !feedback.equals(RtcpFeedback.REMB))
        .toList();
  }

  /**
   * The extensions taken do not depend on which way the section goes now: Chromium does not offer
   * again, in any later section, what one answer of the session has left out, and simulcast without
   * the RID extensions cannot even be offered.
   */
  private List<HeaderExtension> extensions(SectionPlan plan) {
    List<HeaderExtension> accepted = new ArrayList<>();
    for (HeaderExtension offered : plan.offered().rtp().extensions()) {
      SupportedExtension supported = supported(plan.offered().kind(), offered);
      if (supported != null
          && !has(accepted, offered.uri())
          && isUsable(supported, offered.direction())
          && (policy.simulcast() || !isRid(offered.uri()))) {
        Direction direction = offered.direction();
        accepted.add(
            new HeaderExtension(
                offered.id(),
                direction == null ? null : direction.reversed(),
                offered.uri(),
                offered.attributes()));
      }
    }
    // The absolute send time is for estimation without transport-cc.
    if (has(accepted, ExtensionUri.TRANSPORT_CC) && isTransportCcOffered(plan)) {
      accepted.removeIf(extension -> extension.uri().equals(ExtensionUri.ABS_SEND_TIME));
    }
    return accepted;
  }

  private boolean isTransportCcOffered(SectionPlan plan) {
    return policy.feedback(plan.offered().kind()).contains(RtcpFeedback.TRANSPORT_CC)
        && plan.codecs().stream()
            .allMatch(choice -> choice.offered().feedback().contains(RtcpFeedback.TRANSPORT_CC));
  }

  private @Nullable SupportedExtension supported(MediaKind kind, HeaderExtension offered) {
    // 15 is reserved in the one-byte form (RFC 8285 §4.2); above 15 only the two-byte form can.
    if (offered.id() == 15 || offered.id() > (twoByteExtensions ? 255 : 14)) {
      return null;
    }
    for (SupportedExtension extension : policy.extensions()) {
      if (extension.uri().equals(offered.uri()) && extension.kinds().contains(kind)) {
        return extension;
      }
    }
    return null;
  }

  private static boolean isUsable(SupportedExtension supported, @Nullable Direction offered) {
    boolean peerSends = offered == null || offered.sends();
    boolean peerReceives = offered == null || offered.receives();
    return (supported.uplink() && peerSends) || (supported.downlink() && peerReceives);
  }

  private static boolean isRid(String uri) {
    return uri.equals(ExtensionUri.RID) || uri.equals(ExtensionUri.REPAIRED_RID);
  }

  private static boolean has(List<HeaderExtension> extensions, String uri) {
    return extensions.stream().anyMatch(extension -> extension.uri().equals(uri));
  }

  // RFC 8853 §5.3.2: the same rids, in the offer's order, from send to recv. Of alternatives the
  // first is taken.
  private List<RidDescription> acceptedRids(SectionPlan plan) {
    RtpDescription offered = plan.offered().rtp();
    SimulcastDescription simulcast = offered.simulcast();
    if (!policy.simulcast() || simulcast == null || !plan.direction().receives()) {
      return List.of();
    }
    List<RidDescription> rids = new ArrayList<>();
    for (SimulcastDescription.Stream stream : simulcast.send()) {
      String rid = stream.alternatives().getFirst().rid();
      boolean declared =
          offered.rids().stream().anyMatch(known -> known.sends() && known.id().equals(rid));
      boolean taken = rids.stream().anyMatch(known -> known.id().equals(rid));
      boolean wanted = plan.rids().isEmpty() || plan.rids().contains(rid);
      if (declared && !taken && wanted) {
        rids.add(new RidDescription(rid, false, ""));
      }
    }
    return rids;
  }

  private static List<SimulcastDescription.Stream> streams(List<RidDescription> rids) {
    return rids.stream().map(rid -> SimulcastDescription.Stream.of(rid.id())).toList();
  }
}
