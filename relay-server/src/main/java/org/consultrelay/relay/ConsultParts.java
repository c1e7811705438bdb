package org.consultrelay.relay;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.config.ConsultConfig;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.consult.ConsultCounters;
import org.consultrelay.relay.consult.ConsultDoor;
import org.consultrelay.relay.consult.ConsultLimits;
import org.consultrelay.relay.consult.ConsultRefusal;
import org.consultrelay.relay.consult.ConsultService;
import org.consultrelay.relay.consult.ConsultState;
import org.consultrelay.relay.consult.EndReason;
import org.consultrelay.relay.consult.Strangers;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.store.Store;
import org.jspecify.annotations.Nullable;

/** Puts the consult service together, and shows operators what it counts. */
final class ConsultParts {
  private ConsultParts() {}

  static ConsultService open(
      RelayConfig config,
      ApiKeyring keys,
      Store store,
      Rooms rooms,
      AuditLog audit,
      SecureRandom random) {
    InstantSource clock = InstantSource.system();
    ConsultConfig consult = config.consult();
    return new ConsultService(
        new ConsultLimits(
            consult.early(),
            consult.late(),
            consult.seatGrace(),
            consult.maxPerKey(),
            consult.linkBase()),
        store,
        config.keys().secrets(),
        rooms,
        (key, grants, validity) ->
            // A key may have been replaced since the consultation was made, or since the last
            // start; but neither another tenant's nor the operator's signs for it.
            keys.successor(key, grants.video().room())
                .or(() -> keys.signerFor(grants.video().room()))
                .filter(
                    signer -> ConsultService.isRoomOf(signer.roomPrefix(), grants.video().room()))
                .map(signer -> ApiKeyring.issuer(signer, clock).issue(grants, validity)),
        audit::consulted,
        clock,
        random);
  }

  /** Its routes; in development mode anybody may make a consultation. */
  static ConsultDoor door(RelayConfig config, TokenVerifier tokens, ConsultService service) {
    Optional<String> devKey =
        config.dev() ? config.keys().secrets().keySet().stream().findFirst() : Optional.empty();
    return new ConsultDoor(tokens, service, new Strangers(), devKey);
  }

  static void register(Metrics metrics, @Nullable ConsultService service) {
    if (service == null) {
      return;
    }
    ConsultCounters counters = service.counters();
    for (ConsultState state : ConsultState.values()) {
      if (state != ConsultState.ENDED) {
        metrics.gauge(
            "relay_consult_consultations",
            "Consultations that are not over, by state: nobody there, somebody there but no"
                + " clinician, a clinician there.",
            () -> counters.consultations(state),
            "state",
            state.word());
      }
    }
    metrics.counter(
        "relay_consult_made_total", "Consultations that were made.", counters::consultationsMade);
    metrics.gauge("relay_consult_waiting", "People in waiting rooms now.", counters::waitingNow);
    metrics.gauge(
        "relay_consult_visits",
        "Pages that are connected to the consult service now and came by a good link.",
        counters::visitsNow);
    metrics.distribution(
        "relay_consult_wait_seconds",
        "Time that people waited before they were let in.",
        1e9,
        java.util.List.of(counters.waits()));
    for (ConsultCounters.LinkUse use : ConsultCounters.LinkUse.values()) {
      metrics.counter(
          "relay_consult_links_total",
          "Links that people came with, by what became of them.",
          () -> counters.links(use),
          "outcome",
          Metrics.label(use));
    }
    for (EndReason reason : EndReason.values()) {
      metrics.counter(
          "relay_consult_visits_ended_total",
          "Visits that the service ended, by reason.",
          () -> counters.ends(reason),
          "reason",
          reason.word());
    }
    for (ConsultCounters.Fault fault : ConsultCounters.Fault.values()) {
      metrics.counter(
          "relay_consult_lines_refused_total",
          "WebSockets of the consult service that were closed or refused, by reason.",
          () -> counters.faults(fault),
          "reason",
          Metrics.label(fault));
    }
    for (ConsultRefusal.Code code : ConsultRefusal.Code.values()) {
      metrics.counter(
          "relay_consult_requests_refused_total",
          "Requests of back ends to the consult service that were refused, by reason.",
          () -> counters.refusals(code),
          "reason",
          code.word());
    }
  }
}
