package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the relay's own offers and applies the answers to them (RFC 8829 §5.2, §5.6, §5.11), for
 * protocols in which the server offers the downlink. Pure.
 */
public final class Offerer {
  private static final int PORT = 9;
  private static final int MOST_ONE_BYTE_IDS = 14;

  private final MediaPolicy policy;
  private final PayloadTypes payloadTypes;

  /** An offerer for all sessions of one policy; keeps no state. */
  public Offerer(MediaPolicy policy) {
    this.policy = policy;
    this.payloadTypes = new PayloadTypes(policy);
  }

  /**
   * Makes an offer.
   *
   * @param origin the relay's {@code o=}, {@link Origin#next()} of the last one in re-offers
   * @param local the relay's side of the transport; new credentials restart ICE
   * @param sections in order; those of the last offer keep their place and mid
   */
  public Offer offer(Origin origin, LocalTransport local, List<OfferSection> sections) {
    FormatParameters opus = opus(sections);
    List<String> bundle = new ArrayList<>();
    List<MediaSection> described = new ArrayList<>();
    for (OfferSection section : sections) {
      boolean stopped = section instanceof OfferSection.Stopped;
      boolean tagged = bundle.isEmpty() && !stopped;
      if (!stopped) {
        bundle.add(section.mid());
      }
      described.add(
          section.kind() == MediaKind.APPLICATION
              ? data(section, local, tagged)
              : media(section, local, tagged, opus));
    }
    return new Offer(
        new SessionDescription(
            origin,
            List.of(bundle),
            local.iceLite(),
            policy.extmapAllowMixed(),
            "WMS *",
            new TransportDescription(null, LocalTransport.ICE_OPTIONS, List.of(), null),
            described),
        sections,
        local);
  }

  private static MediaSection data(OfferSection section, LocalTransport local, boolean tagged) {
    boolean stopped = !(section instanceof OfferSection.Data);
    return new MediaSection(
        "application",
        stopped ? 0 : PORT,
        "UDP/DTLS/SCTP",
        List.of("webrtc-datachannel"),
        section.mid(),
        Direction.SENDRECV,
        false,
        stopped ? TransportDescription.NONE : local.description(DtlsSetup.ACTPASS),
        tagged ? local.candidates() : List.of(),
        tagged,
        RtpDescription.NONE,
        section instanceof OfferSection.Data data
            ? new SctpDescription(data.sctpPort(), data.maxMessageSize())
            : null,
        List.of());
  }

  private MediaSection media(
      OfferSection section, LocalTransport local, boolean tagged, FormatParameters opus) {
    boolean stopped = section instanceof OfferSection.Stopped;
    SendTrack track = section instanceof OfferSection.Sending sending ? sending.track() : null;
    List<Codec> codecs =
        track != null
            ? List.of(payloadTypes.known(track.codec()))
            : policy.codecs().stream().filter(c -> c.kind() == section.kind()).toList();
    boolean retransmission = policy.retransmission() && section.kind() == MediaKind.VIDEO;
    RtpDescription rtp =
        stopped
            ? RtpDescription.ofCodecs(payloadTypes.describe(codecs.subList(0, 1), opus))
            : new RtpDescription(
                payloadTypes.describe(codecs, opus),
                extensions(section),
                track == null ? List.of() : track.ssrcs(retransmission),
                track == null ? List.of() : track.groups(retransmission),
                List.of(),
                null,
                track == null ? List.of() : List.of(track.msid()),
                true,
                false,
                true,
                false);
    return new MediaSection(
        section.kind().media(),
        stopped ? 0 : PORT,
        "UDP/TLS/RTP/SAVPF",
        List.of(),
        section.mid(),
        Direction.of(track != null, section instanceof OfferSection.Receiving),
        false,
        stopped ? TransportDescription.NONE : local.description(DtlsSetup.ACTPASS),
        tagged ? local.candidates() : List.of(),
        tagged,
        rtp,
        null,
        List.of());
  }

  // An extension's id is its place in the policy, so ids never change in a session.
  private List<HeaderExtension> extensions(OfferSection section) {
    List<HeaderExtension> extensions = new ArrayList<>();
    boolean transportCc =
        policy.extensions().stream().anyMatch(e -> e.uri().equals(ExtensionUri.TRANSPORT_CC));
    int id = 0;
    for (SupportedExtension extension : policy.extensions()) {
      id++;
      boolean wanted =
          section instanceof OfferSection.Receiving ? extension.uplink() : extension.downlink();
      boolean superseded = transportCc && extension.uri().equals(ExtensionUri.ABS_SEND_TIME);
      boolean rid =
          extension.uri().equals(ExtensionUri.RID)
              || extension.uri().equals(ExtensionUri.REPAIRED_RID);
      if (id <= MOST_ONE_BYTE_IDS
          && wanted
          && !superseded
          && !rid
          && extension.kinds().contains(section.kind())) {
        extensions.add(new HeaderExtension(id, null, extension.uri(), ""));
      }
    }
    return extensions;
  }

  // One text for the payload type in all sections; stereo when any track says that it is.
  private FormatParameters opus(List<OfferSection> sections) {
    boolean stereo =
        sections.stream()
            .anyMatch(section ->
                section instanceof OfferSection.Sending sending
                    && sending.track().codec().format().isOn("sprop-stereo"));
    return new FormatParameters(
        "minptime=10;useinbandfec=1"
            + (policy.dtx() == OpusDtx.REQUEST ? ";usedtx=1" : "")
            + (stereo ? ";stereo=1;sprop-stereo=1" : ""));
  }

  /**
   * Applies the peer's answer.
   *
   * @param offer as {@link #offer} made it
   * @param answer as parsed
   * @param previous what was agreed before, null for the first answer
   */
  public ApplyResult apply(
      Offer offer, SessionDescription answer, @Nullable NegotiatedSession previous) {
    Refusal refusal = checkAnswer(offer.description(), answer);
    if (refusal == null) {
      refusal = DescriptionChecks.check(answer, previous);
    }
    if (refusal == null) {
      refusal = RemoteTransport.check(answer, policy, offer.local().iceLite());
    }
    if (refusal != null) {
      return refusal;
    }
    RemoteTransport remote = RemoteTransport.of(answer, policy);
    boolean newAssociation = previous == null || remote.isNewCertificate(previous);
    DtlsRole role = remote.setup() == DtlsSetup.PASSIVE ? DtlsRole.CLIENT : DtlsRole.SERVER;
    boolean roleChanged = previous != null && !newAssociation && role != previous.role();
    if (remote.setup() == DtlsSetup.ACTPASS
        || remote.setup() == DtlsSetup.HOLDCONN
        || roleChanged) {
      return new Refusal(
          RefusalReason.DTLS_SETUP,
          "The answer's a=setup must be active or passive, and stay what it was.");
    }
    return new ApplyResult.Applied(
        new NegotiatedSession(
            role,
            offer.local().ice(),
            remote.ice(),
            answer.iceLite(),
            remote.fingerprints(),
            RemoteTransport.candidates(answer),
            RemoteTransport.endOfCandidates(answer),
            previous != null && !previous.remoteIce().equals(remote.ice()),
            newAssociation,
            policy.extmapAllowMixed() && answer.extmapAllowMixed(),
            views(offer, answer)));
  }

  // An answer has the offer's sections, in its order, and uses what was offered (RFC 3264 §6).
  private static @Nullable Refusal checkAnswer(
      SessionDescription offer, SessionDescription answer) {
    if (answer.sections().size() != offer.sections().size()) {
      return new Refusal(
          RefusalReason.SECTIONS_CHANGED,
          "The answer has "
              + answer.sections().size()
              + " sections, the offer "
              + offer.sections().size()
              + ".");
    }
    for (int i = 0; i < offer.sections().size(); i++) {
      MediaSection ours = offer.sections().get(i);
      MediaSection theirs = answer.sections().get(i);
      if (theirs.isRejected()) {
        continue;
      }
      if (ours.isRejected() || theirs.kind() != ours.kind() || !theirs.mid().equals(ours.mid())) {
        return new Refusal(
            RefusalReason.SECTIONS_CHANGED,
            "Section " + (i + 1) + " of the answer is not the one offered.");
      }
      if (ours.isRtp() && theirs.rtp().codecs().stream().noneMatch(c -> isOffered(ours, c))) {
        return new Refusal(
            RefusalReason.NO_COMMON_CODEC,
            "The answer to the "
                + DescriptionChecks.named(theirs)
                + " has no payload type that was offered.");
      }
    }
    return null;
  }

  private static boolean isOffered(MediaSection ours, CodecDescription answered) {
    CodecDescription offered = ours.rtp().codec(answered.payloadType());
    return offered != null
        && !offered.isRtx()
        && offered.name().equalsIgnoreCase(answered.name())
        && offered.clockRate() == answered.clockRate();
  }

  private List<NegotiatedSection> views(Offer offer, SessionDescription answer) {
    List<NegotiatedSection> views = new ArrayList<>();
    for (int i = 0; i < answer.sections().size(); i++) {
      MediaSection ours = offer.description().sections().get(i);
      MediaSection theirs = answer.sections().get(i);
      SendTrack track =
          offer.sections().get(i) instanceof OfferSection.Sending sending ? sending.track() : null;
      views.add(SectionView.of(i, ours, theirs, theirs, policy.codecs(), track, null));
    }
    return views;
  }
}
