package org.consultrelay.relay.consult;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.jspecify.annotations.Nullable;

/** Does in the world what consultations say is to be done. On the service's thread. */
final class Consequences {
  /** The client protocol renews it while they are in. */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

  private static final int KEY_GONE_RETRY_SECONDS = 60;

  /** Where the rest of the service is reached. */
  interface Service {
    /** The line of that number, or null. */
    @Nullable Line line(long number);

    /** The line is over. */
    void over(long number);

    /** A visit that was looked for is not in the room. */
    void absent(String consultation, String visit);

    /** Milliseconds since 1970. */
    long now();
  }

  private final Rooms rooms;
  private final AdmittedPeople admitted;
  private final CallTokens tokens;
  private final LinkTokens links;
  private final Ledger ledger;
  private final ConsultCounters counters;
  private final ConsultAudit audit;
  private final Service service;

  Consequences(
      Rooms rooms,
      AdmittedPeople admitted,
      CallTokens tokens,
      LinkTokens links,
      Ledger ledger,
      ConsultCounters counters,
      ConsultAudit audit,
      Service service) {
    this.rooms = rooms;
    this.admitted = admitted;
    this.tokens = tokens;
    this.links = links;
    this.ledger = ledger;
    this.counters = counters;
    this.audit = audit;
    this.service = service;
  }

  void of(Consultation consultation, Effect effect) {
    Terms terms = consultation.terms();
    switch (effect) {
      case Effect.Say(long line, ServiceMessage message) -> say(line, message);
      case Effect.End(long number, EndReason reason) -> {
        counters.ended(reason);
        Line line = service.line(number);
        service.over(number);
        if (line != null) {
          line.end(new ServiceMessage.Ended(reason));
        }
      }
      case Effect.LetIn person -> letIn(consultation, person);
      case Effect.PutOut(String identity) -> putOut(terms.room(), identity);
      case Effect.LookFor(String visit, String identity) -> lookFor(terms, visit, identity);
      case Effect.Invited(long number, Link link) -> {
        ledger.linked(consultation, link.id());
        Line line = service.line(number);
        if (line != null) {
          String token = links.of(link.id());
          line.say(
              new ServiceMessage.Invited(
                  link.id(), url(line.linkBase(), token), token, link.role().word(), link.name()));
        }
      }
      case Effect.Revoked(String link) -> ledger.revoked(consultation, link);
      case Effect.Waited(long millis) -> counters.waited(millis);
      case Effect.Note(String event, String actor, String subject) ->
          audit.note(event, terms.room(), actor, subject);
    }
  }

  /** A link as people get it. The token is behind the {@code #}: browsers send that to nobody. */
  static String url(String base, String token) {
    return base + "/consult#j=" + token;
  }

  private void say(long number, ServiceMessage message) {
    Line line = service.line(number);
    if (line != null) {
      line.say(message);
    }
  }

  private void letIn(Consultation consultation, Effect.LetIn person) {
    Terms terms = consultation.terms();
    Optional<String> token = tokens.issue(terms.apiKey(), CallGrants.of(terms, person), TOKEN_LIFE);
    if (token.isEmpty()) {
      long again = service.now() + KEY_GONE_RETRY_SECONDS * 1_000L;
      for (Seat seat : consultation.seats()) {
        if (seat.line == person.line()) {
          Entrance.tryAgain(seat, again);
        }
      }
      say(person.line(), ServiceMessage.Fault.of(ConsultRefusal.busy(KEY_GONE_RETRY_SECONDS)));
      return;
    }
    admitted.admit(terms.room(), person.identity());
    say(person.line(), new ServiceMessage.Admitted("", token.get(), terms.room(), person.mode()));
  }

  /** First nobody lets them in any more, then they go: so none comes in between. */
  private void putOut(String room, String identity) {
    admitted.refuse(room, identity);
    inRoom(
        room,
        found -> {
          Participant participant = found.participant(identity);
          if (participant != null) {
            participant.remove(DepartureReason.REMOVED);
          }
          return true;
        },
        (_, _) -> {});
  }

  private void lookFor(Terms terms, String visit, String identity) {
    inRoom(
        terms.room(),
        found -> found.participant(identity) != null,
        (there, _) -> {
          if (!Boolean.TRUE.equals(there)) {
            service.absent(terms.id(), visit);
          }
        });
  }

  /** A consultation is over: so is its room. */
  void over(Terms terms) {
    admitted.forget(terms.room());
    inRoom(
        terms.room(),
        found -> {
          found.close(DepartureReason.ROOM_DELETED);
          return true;
        },
        (_, _) -> {});
  }

  private void inRoom(
      String room,
      Function<org.consultrelay.relay.room.Room, Boolean> task,
      BiConsumer<@Nullable Boolean, @Nullable Throwable> then) {
    CompletableFuture<Boolean> _ =
        rooms
            .<Boolean>inExistingRoom(room, found -> new RoomResult.Done<>(task.apply(found)))
            .thenApply(
                result -> result instanceof RoomResult.Done<Boolean>(Boolean done) ? done : null)
            .whenComplete(then);
  }
}
