package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the caller's decision on a section into a plan that the offer and the policy allow. */
final class SectionPlanner {
  private final SessionDescription offer;
  private final MediaPolicy policy;
  private final SectionChooser chooser;

  SectionPlanner(SessionDescription offer, MediaPolicy policy, SectionChooser chooser) {
    this.offer = offer;
    this.policy = policy;
    this.chooser = chooser;
  }

  List<SectionPlan> plan() {
    List<SectionPlan> plans = new ArrayList<>(offer.sections().size());
    for (int i = 0; i < offer.sections().size(); i++) {
      plans.add(plan(i, offer.sections().get(i)));
    }
    return plans;
  }

  private SectionPlan plan(int index, MediaSection section) {
    if (section.isRejected()) {
      return SectionPlan.rejected(index, section, null);
    }
    if (!offer.bundleGroups().isEmpty()
        && !offer.bundleGroups().getFirst().contains(section.mid())) {
      return refuse(
          index,
          section,
          RefusalReason.NO_BUNDLE,
          " is not in a=group:BUNDLE; all sections must share one transport.");
    }
    SectionDecision decision = chooser.decide(index, section);
    if (decision instanceof SectionDecision.Reject reject) {
      return SectionPlan.rejected(
          index, section, new Refusal(RefusalReason.DECLINED, reject.text()));
    }
    return switch (section.kind()) {
      case AUDIO, VIDEO -> planMedia(index, section, decision);
      case APPLICATION -> planData(index, section, decision);
      case OTHER ->
          refuse(index, section, RefusalReason.UNSUPPORTED_PROTOCOL, " is not supported.");
    };
  }

  private SectionPlan planData(int index, MediaSection section, SectionDecision decision) {
    if (!section.protocol().endsWith("/DTLS/SCTP")
        || !section.formats().contains("webrtc-datachannel")) {
      return refuse(
          index,
          section,
          RefusalReason.UNSUPPORTED_PROTOCOL,
          " is not a WebRTC data channel (UDP/DTLS/SCTP webrtc-datachannel).");
    }
    if (!(decision instanceof SectionDecision.AcceptData data)) {
      return refuse(
          index, section, RefusalReason.DECLINED, ": data channels are not accepted here.");
    }
    return new SectionPlan(
        index, section, false, Direction.SENDRECV, List.of(), null, data, false, List.of(), null);
  }

  private SectionPlan planMedia(int index, MediaSection section, SectionDecision decision) {
    if (!isSecureProfile(section.protocol())) {
      return refuse(
          index,
          section,
          RefusalReason.UNSUPPORTED_PROTOCOL,
          " uses " + SdpText.quote(section.protocol()) + "; UDP/TLS/RTP/SAVPF is needed.");
    }
    Wish wish = Wish.of(decision, policy);
    SendTrack track = wish.track();
    List<SectionPlan.Choice> choices = choose(section, wish.codecs(), wish.redundancy());
    boolean sends = track != null && section.direction().receives();
    Refusal problem = null;
    if (track != null
        && choices.stream().noneMatch(choice -> choice.codec().equals(track.codec()))) {
      sends = false;
      problem = noCommonCodec(section, List.of(track.codec()));
    }
    if (choices.isEmpty()) {
      // Keeps the section usable for another track, when it can carry anything at all.
      choices = choose(section, policy.codecs(), false);
    }
    if (choices.isEmpty()) {
      Refusal refusal = problem == null ? noCommonCodec(section, wish.codecs()) : problem;
      return SectionPlan.rejected(index, section, refusal);
    }
    boolean receives = wish.receives() && section.direction().sends();
    return new SectionPlan(
        index,
        section,
        false,
        Direction.of(sends, receives),
        choices,
        sends ? track : null,
        null,
        wish.stereo(),
        wish.rids(),
        problem);
  }

  private List<SectionPlan.Choice> choose(
      MediaSection section, List<Codec> wanted, boolean redundancy) {
    List<SectionPlan.Choice> choices = new ArrayList<>();
    List<CodecDescription> taken = new ArrayList<>();
    for (Codec codec : wanted) {
      for (CodecDescription offered : section.rtp().codecs()) {
        if (codec.kind() == section.kind() && codec.matches(offered) && !taken.contains(offered)) {
          CodecDescription rtx = policy.retransmission() ? section.rtp().rtxOf(offered) : null;
          boolean withRed = redundancy && policy.redundancy() && codec.equals(Codec.OPUS);
          CodecDescription red = withRed ? section.rtp().redOf(offered) : null;
          choices.add(new SectionPlan.Choice(codec, offered, rtx, red));
          taken.add(offered);
          break;
        }
      }
    }
    return choices;
  }

  private static Refusal noCommonCodec(MediaSection section, List<Codec> wanted) {
    String offered =
        section.rtp().codecs().stream()
            .filter(codec -> !codec.isRtx())
            .map(CodecDescription::spoken)
            .distinct()
            .limit(12)
            .collect(Collectors.joining(", "));
    String needed =
        wanted.stream()
            .filter(codec -> codec.kind() == section.kind())
            .map(Codec::name)
            .distinct()
            .collect(Collectors.joining(" or "));
    return new Refusal(
        RefusalReason.NO_COMMON_CODEC,
        "The "
            + DescriptionChecks.named(section)
            + " has no codec in common with the relay: offered "
            + offered
            + "; needed "
            + (needed.isEmpty() ? "none" : needed)
            + needsOfH264(wanted)
            + ".");
  }

  private static String needsOfH264(List<Codec> wanted) {
    return wanted.stream().anyMatch(codec -> codec.name().equals("H264"))
        ? " (H264 as constrained baseline with packetization-mode=1)"
        : "";
  }

  // RFC 8829 §5.1.3 and RFC 8834 §4.2: these all mean DTLS-SRTP when there is a fingerprint.
  private static boolean isSecureProfile(String protocol) {
    return switch (protocol) {
      case "UDP/TLS/RTP/SAVPF",
          "UDP/TLS/RTP/SAVP",
          "TCP/TLS/RTP/SAVPF",
          "TCP/TLS/RTP/SAVP",
          "RTP/SAVPF",
          "RTP/SAVP" ->
          true;
      default -> false;
    };
  }

  private static SectionPlan refuse(
      int index, MediaSection section, RefusalReason reason, String text) {
    return SectionPlan.rejected(
        index, section, new Refusal(reason, "The " + DescriptionChecks.named(section) + text));
  }

  /** A decision on a media section in one shape. */
  private record Wish(
      List<Codec> codecs,
      @Nullable SendTrack track,
      boolean receives,
      boolean stereo,
      boolean redundancy,
      List<String> rids) {
    static Wish of(SectionDecision decision, MediaPolicy policy) {
      return switch (decision) {
        case SectionDecision.Receive receive ->
            new Wish(
                named(receive, policy),
                null,
                true,
                receive.stereo(),
                receive.redundancy(),
                receive.rids());
        case SectionDecision.Send send ->
            new Wish(List.of(send.track().codec()), send.track(), false, false, true, List.of());
        case SectionDecision.SendReceive both -> {
          List<Codec> codecs = new ArrayList<>();
          codecs.add(both.track().codec());
          codecs.addAll(named(both.receive(), policy));
          yield new Wish(
              codecs,
              both.track(),
              true,
              both.receive().stereo(),
              both.receive().redundancy(),
              both.receive().rids());
        }
        case SectionDecision.Inactive inactive ->
            new Wish(policy.codecs(), null, false, false, false, List.of());
        case SectionDecision.Reject reject ->
            new Wish(policy.codecs(), null, false, false, false, List.of());
        case SectionDecision.AcceptData data ->
            new Wish(policy.codecs(), null, false, false, false, List.of());
      };
    }

    private static List<Codec> named(SectionDecision.Receive receive, MediaPolicy policy) {
      if (receive.codecs().isEmpty()) {
        return policy.codecs();
      }
      List<Codec> codecs = new ArrayList<>();
      for (String name : receive.codecs()) {
        for (Codec codec : policy.codecs()) {
          if (codec.name().equalsIgnoreCase(name)) {
            codecs.add(codec);
          }
        }
      }
      return codecs;
    }
  }
}
