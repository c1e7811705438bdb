package org.consultrelay.relay.consult;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.consult.ConsultRefusal.Code;
import org.jspecify.annotations.Nullable;

/**
 * What a practice's back end may do: make consultations and links, look at them, end them. Each API
 * key sees its own alone. Any thread; what is answered outlives a restart.
 */
final class Practice {
  private static final int ROOM_BYTES = 12;
  private static final int LEAST_MINUTES = 5;
  private static final int MOST_MINUTES = 480;
  private static final int USUAL_MINUTES = 60;
  private static final Duration FARTHEST = Duration.ofDays(400);
  private static final Pattern PHONE = Pattern.compile("\\+?[0-9 ()-]{3,30}");

  private static final int MADE_PER_MINUTE = 6_000;
  private static final int MADE_IN_ONE_BURST = 600;

  private final ConsultService service;
  private final Map<String, RateLimit> made = new HashMap<>();

  Practice(ConsultService service) {
    this.service = service;
  }

  /**
   * Makes a consultation.
   *
   * @param apiKey who asks
   * @param roomPrefix what its rooms begin with
   * @param base what the links begin with
   */
  CompletableFuture<ConsultAnswer<ConsultReply>> make(
      String apiKey, String roomPrefix, ConsultRequest.NewConsultation asked, String base) {
    return service.ask(() -> {
      long now = service.now();
      Optional<ConsultRefusal> wrong = check(asked, now).or(() -> tooMany(apiKey, now));
      if (wrong.isPresent()) {
        return refused(wrong.get());
      }
      long slot = asked.slot() == null ? now : time(asked.slot()).orElse(now);
      int minutes = asked.minutes() == null ? USUAL_MINUTES : asked.minutes();
      Terms terms =
          new Terms(
              service.randomName(LinkTokens.ID_BYTES),
              apiKey,
              roomPrefix + AdmittedPeople.MARK + service.randomName(ROOM_BYTES),
              slot,
              slot - service.limits().early().toMillis(),
              slot + Duration.ofMinutes(minutes).plus(service.limits().late()).toMillis(),
              asked.phone() == null ? "" : asked.phone().strip(),
              Boolean.TRUE.equals(asked.urgent()),
              Boolean.TRUE.equals(asked.audioOnly()));
      if (terms.endsAt() <= now) {
        return refused(ConsultRefusal.of(Code.INVALID, "The consultation would be over already."));
      }
      Consultation consultation = service.make(terms);
      Link clinician = consultation.add(Role.CLINICIAN, Words.name(asked.clinicianName()));
      Link patient = consultation.add(Role.PATIENT, Words.name(asked.patientName()));
      service.ledger().add(consultation);
      service.ledger().commit();
      service.counters().made();
      service.audit().note("made", terms.room(), "", "");
      return new ConsultAnswer.Done<>(
          new ConsultReply.Made(
              terms.id(),
              terms.room(),
              Words.time(terms.opensAt()),
              Words.time(terms.endsAt()),
              reply(clinician, base),
              reply(patient, base)));
    });
  }

  private ConsultReply.NewLink reply(Link link, String base) {
    String token = service.links().of(link.id());
    return new ConsultReply.NewLink(Consequences.url(base, token), token, link.id());
  }

  private static Optional<ConsultRefusal> check(ConsultRequest.NewConsultation asked, long now) {
    if (asked.slot() != null) {
      Optional<Long> slot = time(asked.slot());
      if (slot.isEmpty()
          || slot.get() < now - FARTHEST.toMillis()
          || slot.get() > now + FARTHEST.toMillis()) {
        return invalid(
            "slot is a time with an offset such as 2026-03-02T09:00:00Z, at most 400 days ahead.");
      }
    }
    Integer minutes = asked.minutes();
    if (minutes != null && (minutes < LEAST_MINUTES || minutes > MOST_MINUTES)) {
      return invalid("minutes is from " + LEAST_MINUTES + " to " + MOST_MINUTES + ".");
    }
    if (asked.phone() != null
        && !asked.phone().isBlank()
        && !PHONE.matcher(asked.phone().strip()).matches()) {
      return invalid("phone is a number of digits, spaces, brackets and dashes.");
    }
    return Optional.empty();
  }

  private static Optional<ConsultRefusal> invalid(String text) {
    return Optional.of(ConsultRefusal.of(Code.INVALID, text));
  }

  private static Optional<Long> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private Optional<ConsultRefusal> tooMany(String apiKey, long now) {
    if (service.ledger().count(apiKey) >= service.limits().maxPerKey()) {
      return Optional.of(
          ConsultRefusal.later(
              Code.TOO_MANY, "This API key has as many consultations as it may have.", 60));
    }
    return made.computeIfAbsent(apiKey, _ -> new RateLimit(MADE_PER_MINUTE, MADE_IN_ONE_BURST, now))
            .take(now)
        ? Optional.empty()
        : Optional.of(ConsultRefusal.later(Code.TOO_MANY, "Too many at once, slow down.", 1));
  }

  /** How a consultation stands. */
  CompletableFuture<ConsultAnswer<ConsultReply>> look(VerifiedToken caller, String id) {
    return with(
        caller,
        id,
        consultation -> {
          Terms terms = consultation.terms();
          ServiceMessage.People people = new Notices(consultation).people();
          return new ConsultAnswer.Done<>(
              new ConsultReply.Standing(
                  terms.id(),
                  terms.room(),
                  consultation.state().word(),
                  Words.time(terms.slot()),
                  Words.time(terms.opensAt()),
                  Words.time(terms.endsAt()),
                  consultation.isLocked(),
                  terms.urgent(),
                  terms.audioOnly(),
                  people.waiting(),
                  people.present(),
                  people.links()));
        });
  }

  /** Ends a consultation: everybody is out, and nothing is left of it. */
  CompletableFuture<ConsultAnswer<ConsultReply>> end(VerifiedToken caller, String id) {
    return with(
        caller,
        id,
        consultation -> {
          service.change(consultation, effects -> consultation.end(EndReason.ENDED, "", effects));
          return done();
        });
  }

  /** Makes a link. */
  CompletableFuture<ConsultAnswer<ConsultReply>> link(
      VerifiedToken caller, String id, ConsultRequest.NewLink asked, String base) {
    return with(
        caller,
        id,
        consultation -> {
          Optional<Role> role = asked.role() == null ? Optional.empty() : Role.of(asked.role());
          if (role.isEmpty()) {
            return refused(ConsultRefusal.of(Code.INVALID, "role is clinician, patient or guest."));
          }
          if (consultation.isFull()) {
            return refused(ConsultRefusal.TOO_MANY_LINKS);
          }
          Link link =
              service.answer(
                  consultation,
                  effects -> {
                    Link fresh = consultation.add(role.get(), Words.name(asked.name()));
                    consultation.linked(effects);
                    return fresh;
                  });
          service.ledger().linked(consultation, link.id());
          service.ledger().commit();
          service.audit().note("invited", consultation.terms().room(), "", "");
          return new ConsultAnswer.Done<>(reply(link, base));
        });
  }

  /** Revokes a link. */
  CompletableFuture<ConsultAnswer<ConsultReply>> revoke(
      VerifiedToken caller, String id, String link) {
    return with(
        caller,
        id,
        consultation -> {
          boolean there =
              service.answer(
                  consultation,
                  effects -> consultation.revoke(link, "", EndReason.REVOKED, effects));
          service.ledger().commit();
          return there
              ? done()
              : refused(ConsultRefusal.of(Code.NOT_FOUND, "There is no link of that id."));
        });
  }

  private CompletableFuture<ConsultAnswer<ConsultReply>> with(
      VerifiedToken caller, String id, Function<Consultation, ConsultAnswer<ConsultReply>> task) {
    return service.ask(() -> {
      @Nullable Consultation consultation = service.ledger().byId(id);
      return consultation == null || !isOf(caller, consultation.terms())
          ? refused(ConsultRefusal.NO_CONSULTATION)
          : task.apply(consultation);
    });
  }

  /** Whoever made it, or, where there are tenants, another key of the same one. */
  private static boolean isOf(VerifiedToken caller, Terms terms) {
    return terms.apiKey().equals(caller.apiKey())
        || (!caller.roomPrefix().isEmpty() && caller.covers(terms.room()));
  }

  private static ConsultAnswer<ConsultReply> refused(ConsultRefusal refusal) {
    return new ConsultAnswer.Refused<>(refusal);
  }

  private static ConsultAnswer<ConsultReply> done() {
    return new ConsultAnswer.Done<>(new ConsultReply.Nothing());
  }
}
