package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers offers (RFC 3264 §6, RFC 8829 §5.3) for WHIP, WHEP and room protocols alike: payload
 * types, extension ids and the order of sections are the offer's, preferences are the policy's, and
 * the caller decides section by section. A pure function of its arguments.
 */
public final class Answerer {
  private final MediaPolicy policy;

  /** An answerer for all sessions of one policy; keeps no state. */
  public Answerer(MediaPolicy policy) {
    this.policy = policy;
  }

  /**
   * Answers an offer.
   *
   * @param offer as parsed
   * @param origin the relay's {@code o=}, {@link Origin#next()} of the last one in re-offers
   * @param local the relay's side of the transport; the same as before unless {@link
   *     NegotiatedSession#isIceRestart} says that the offer restarts ICE
   * @param previous what was agreed before, null for the first offer
   * @param chooser decides on each section
   * @return the answer with what is agreed, or why there is none
   */
  public AnswerResult answer(
      SessionDescription offer,
      Origin origin,
      LocalTransport local,
      @Nullable NegotiatedSession previous,
      SectionChooser chooser) {
    Refusal refusal = DescriptionChecks.check(offer, previous);
    if (refusal == null) {
      refusal = RemoteTransport.check(offer, policy, local.iceLite());
    }
    if (refusal != null) {
      return refusal;
    }
    RemoteTransport remote = RemoteTransport.of(offer, policy);
    boolean newAssociation = previous == null || remote.isNewCertificate(previous);
    DtlsRole kept = previous == null || newAssociation ? null : previous.role();
    DtlsRole role = role(remote.setup(), kept);
    if (role == null) {
      return roleRefusal(remote.setup());
    }
    List<SectionPlan> plans = new SectionPlanner(offer, policy, chooser).plan();
    refusal = checkPlans(plans);
    if (refusal != null) {
      return refusal;
    }
    SessionDescription answer = compose(offer, origin, local, role, plans);
    refusal = DescriptionChecks.checkNumbers(answer);
    if (refusal != null) {
      return refusal;
    }
    return new AnswerResult.Answered(
        answer,
        new NegotiatedSession(
            role,
            local.ice(),
            remote.ice(),
            offer.iceLite(),
            remote.fingerprints(),
            RemoteTransport.candidates(offer),
            RemoteTransport.endOfCandidates(offer),
            previous != null && !previous.remoteIce().equals(remote.ice()),
            newAssociation,
            answer.extmapAllowMixed(),
            views(offer, answer, plans)));
  }

  /**
   * The relay is the DTLS server wherever the peer lets it, because the server chooses the SRTP
   * profile (RFC 5764 §4.1.2). An association that lives on keeps its roles (RFC 8842 §5.3). Null
   * when the offer does not allow a role.
   */
  private static @Nullable DtlsRole role(DtlsSetup offered, @Nullable DtlsRole kept) {
    DtlsRole wanted =
        switch (offered) {
          case ACTPASS -> kept == null ? DtlsRole.SERVER : kept;
          case ACTIVE -> DtlsRole.SERVER;
          case PASSIVE -> DtlsRole.CLIENT;
          case HOLDCONN -> null;
        };
    return kept == null || wanted == kept ? wanted : null;
  }

  private static Refusal roleRefusal(DtlsSetup offered) {
    return new Refusal(
        RefusalReason.DTLS_SETUP,
        offered == DtlsSetup.HOLDCONN
            ? "a=setup:holdconn cannot be used with DTLS; offer actpass."
            : "a=setup:"
                + offered.token()
                + " would change the DTLS roles of a running connection; offer actpass.");
  }

  private @Nullable Refusal checkPlans(List<SectionPlan> plans) {
    List<Refusal> problems = new ArrayList<>();
    for (SectionPlan plan : plans) {
      Refusal problem = plan.problem();
      if (problem != null) {
        problems.add(problem);
      }
    }
    if (policy.strict()) {
      for (Refusal problem : problems) {
        if (problem.reason() != RefusalReason.DECLINED) {
          return problem;
        }
      }
    }
    if (plans.stream().allMatch(SectionPlan::rejected)) {
      return nothingLeft(plans, problems);
    }
    return null;
  }

  private static Refusal nothingLeft(List<SectionPlan> plans, List<Refusal> problems) {
    boolean onlyData =
        plans.stream()
            .filter(plan -> !plan.offered().isRejected())
            .allMatch(plan -> plan.offered().kind() == MediaKind.APPLICATION);
    if (onlyData) {
      return new Refusal(
          RefusalReason.NO_MEDIA,
          "The offer has only a data channel; audio or video is needed here.");
    }
    return problems.isEmpty()
        ? new Refusal(RefusalReason.NO_MEDIA, "The offer has nothing that the relay can carry.")
        : problems.getFirst();
  }

  private SessionDescription compose(
      SessionDescription offer,
      Origin origin,
      LocalTransport local,
      DtlsRole role,
      List<SectionPlan> plans) {
    boolean mixed = policy.extmapAllowMixed() && allowsMixed(offer, plans);
    AnswerSections sections =
        new AnswerSections(policy, BundleFormats.of(plans, policy.dtx()), local, role, mixed);
    List<String> bundle = bundle(offer, plans);
    List<MediaSection> answered = new ArrayList<>(plans.size());
    boolean tagPending = true;
    for (SectionPlan plan : plans) {
      boolean tagged =
          bundle.isEmpty()
              ? tagPending && !plan.rejected()
              : plan.offered().mid().equals(bundle.getFirst());
      tagPending &= !tagged;
      answered.add(sections.section(plan, tagged));
    }
    return new SessionDescription(
        origin,
        offer.bundleGroups().isEmpty() ? List.of() : List.of(bundle),
        local.iceLite(),
        mixed,
        "WMS *",
        new TransportDescription(null, LocalTransport.ICE_OPTIONS, List.of(), null),
        answered);
  }

  private static boolean allowsMixed(SessionDescription offer, List<SectionPlan> plans) {
    return offer.extmapAllowMixed()
        || plans.stream()
            .filter(plan -> !plan.rejected() && plan.offered().isRtp())
            .allMatch(plan -> plan.offered().rtp().extmapAllowMixed());
  }

  // The offer's group in its order, without what is rejected (RFC 8843 §7.3).
  private static List<String> bundle(SessionDescription offer, List<SectionPlan> plans) {
    if (offer.bundleGroups().isEmpty()) {
      return List.of();
    }
    return offer.bundleGroups().getFirst().stream()
        .filter(mid ->
            plans.stream().anyMatch(plan -> !plan.rejected() && plan.offered().mid().equals(mid)))
        .toList();
  }

  private List<NegotiatedSection> views(
      SessionDescription offer, SessionDescription answer, List<SectionPlan> plans) {
    List<NegotiatedSection> views = new ArrayList<>(plans.size());
    for (SectionPlan plan : plans) {
      MediaSection ours = answer.sections().get(plan.index());
      MediaSection theirs = offer.sections().get(plan.index());
      List<Codec> known = plan.codecs().stream().map(SectionPlan.Choice::codec).distinct().toList();
      views.add(
          SectionView.of(plan.index(), ours, theirs, ours, known, plan.track(), plan.problem()));
    }
    return views;
  }
}
