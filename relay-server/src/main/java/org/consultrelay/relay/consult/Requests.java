package org.consultrelay.relay.consult;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What people ask for in a consultation, and whether they may. */
final class Requests {
  private static final Set<String> MODES = Set.of("video", "audio", "bad-line");

  private final Consultation consultation;
  private final Seat self;
  private final PageMessage message;
  private final long now;
  private final List<Effect> effects;

  /** One message of one who has a seat. */
  Requests(
      Consultation consultation, Seat self, PageMessage message, long now, List<Effect> effects) {
    this.consultation = consultation;
    this.self = self;
    this.message = message;
    this.now = now;
    this.effects = effects;
  }

  /** Does it, or says why not. */
  Optional<ConsultRefusal> answer() {
    String type = message.type() == null ? "" : message.type();
    return switch (type) {
      case "ping" -> say(new ServiceMessage.Pong());
      case "name" -> name();
      case "leave" -> leave();
      case "mode" -> mode();
      case "video-failed" -> say(new ServiceMessage.Phone(consultation.terms().phone()));
      case "refresh" -> consultation.entrance().renew(self, now, effects);
      case "admit", "remove", "lock", "invite", "revoke", "message", "message-all", "end" ->
          self.isClinician() ? clinician(type) : Optional.of(ConsultRefusal.CLINICIANS_ONLY);
      default -> Optional.of(ConsultRefusal.NOT_UNDERSTOOD);
    };
  }

  private Optional<ConsultRefusal> clinician(String type) {
    return switch (type) {
      case "admit" -> toSomebody(seat -> consultation.entrance().admit(self, seat, now, effects));
      case "remove" -> toSomebody(this::remove);
      case "lock" -> lock();
      case "invite" -> invite();
      case "revoke" -> revoke();
      case "message" -> toSomebody(seat -> text(List.of(seat)));
      case "message-all" -> text(consultation.waiting());
      default -> end();
    };
  }

  private Optional<ConsultRefusal> say(ServiceMessage answer) {
    effects.add(new Effect.Say(self.line, answer));
    return Optional.empty();
  }

  private Optional<ConsultRefusal> name() {
    String name = Words.name(message.name());
    if (name.isEmpty()) {
      return Optional.of(ConsultRefusal.NOT_UNDERSTOOD);
    }
    consultation.call(self, name, effects);
    return Optional.empty();
  }

  private Optional<ConsultRefusal> leave() {
    consultation.putOut(self, EndReason.LEFT, effects);
    return Optional.empty();
  }

  private Optional<ConsultRefusal> mode() {
    String mode = message.mode();
    if (mode == null || !MODES.contains(mode)) {
      return Optional.of(ConsultRefusal.NOT_UNDERSTOOD);
    }
    if (!self.admitted) {
      return Optional.of(ConsultRefusal.NOT_ADMITTED);
    }
    if (!mode.equals(self.mode)) {
      self.mode = mode;
      for (Seat other : consultation.present()) {
        if (other != self && other.isConnected()) {
          effects.add(
              new Effect.Say(other.line, new ServiceMessage.Mode(self.visit, self.name, mode)));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<ConsultRefusal> toSomebody(Function<Seat, Optional<ConsultRefusal>> task) {
    Seat seat = consultation.seat(message.visit());
    return seat == null ? Optional.of(ConsultRefusal.NOBODY) : task.apply(seat);
  }

  private Optional<ConsultRefusal> remove(Seat seat) {
    if (seat.isClinician()) {
      return Optional.of(ConsultRefusal.NOT_THEM);
    }
    effects.add(new Effect.Note("removed", self.identity, seat.identity));
    if (Boolean.TRUE.equals(message.block())) {
      consultation.revoke(seat.link, self.identity, EndReason.REMOVED, effects);
    } else {
      consultation.putOut(seat, EndReason.REMOVED, effects);
    }
    return Optional.empty();
  }

  private Optional<ConsultRefusal> lock() {
    Boolean locked = message.locked();
    if (locked == null) {
      return Optional.of(ConsultRefusal.NOT_UNDERSTOOD);
    }
    if (locked != consultation.isLocked()) {
      consultation.entrance().lock(locked);
      effects.add(new Effect.Note(locked ? "locked" : "unlocked", self.identity, ""));
    }
    return Optional.empty();
  }

  private Optional<ConsultRefusal> invite() {
    if (!Role.GUEST.word().equals(message.role())) {
      return Optional.of(ConsultRefusal.NOT_UNDERSTOOD);
    }
    if (consultation.isFull()) {
      return Optional.of(ConsultRefusal.TOO_MANY_LINKS);
    }
    Link link = consultation.add(Role.GUEST, Words.name(message.name()));
    effects.add(new Effect.Invited(self.line, link));
    effects.add(new Effect.Note("invited", self.identity, ""));
    return Optional.empty();
  }

  private Optional<ConsultRefusal> revoke() {
    @Nullable Link link = message.linkId() == null ? null : consultation.link(message.linkId());
    if (link == null) {
      return Optional.of(
          ConsultRefusal.of(ConsultRefusal.Code.NOT_FOUND, "There is no link of that id."));
    }
    if (link.role() == Role.CLINICIAN) {
      return Optional.of(ConsultRefusal.NOT_THEM);
    }
    consultation.revoke(link.id(), self.identity, EndReason.REVOKED, effects);
    return Optional.empty();
  }

  private Optional<ConsultRefusal> text(List<Seat> to) {
    String text = message.text() == null ? "" : Words.clean(message.text()).strip();
    if (text.isEmpty() || text.length() > Words.MOST_MESSAGE) {
      return Optional.of(
          ConsultRefusal.of(
              ConsultRefusal.Code.INVALID,
              "A message has 1 to " + Words.MOST_MESSAGE + " characters."));
    }
    ServiceMessage.Message told = new ServiceMessage.Message(text, Words.time(now));
    for (Seat seat : to) {
      if (!seat.admitted) {
        seat.message = told;
        if (seat.isConnected()) {
          effects.add(new Effect.Say(seat.line, told));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<ConsultRefusal> end() {
    consultation.end(EndReason.ENDED, self.identity, effects);
    return Optional.empty();
  }
}
