package org.consultrelay.relay.consult;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Tells those who wait where they stand, and clinicians who is there, only what is new to them; and
 * whoever comes, what they have come to.
 */
final class Notices {
  private final Consultation consultation;

  Notices(Consultation consultation) {
    this.consultation = consultation;
  }

  /** What somebody is told first. */
  ServiceMessage welcome(Seat seat) {
    Terms terms = consultation.terms();
    return new ServiceMessage.Welcome(
        seat.role.word(),
        seat.visit,
        seat.name,
        new ServiceMessage.About(
            Words.time(terms.opensAt()),
            Words.time(terms.endsAt()),
            consultation.state().word(),
            consultation.isLocked(),
            terms.audioOnly(),
            terms.urgent()),
        terms.phone(),
        seat.isClinician() ? null : clinicianNames());
  }

  private List<String> clinicianNames() {
    return consultation.links().stream()
        .filter(link -> link.role() == Role.CLINICIAN && !link.name().isEmpty())
        .map(Link::name)
        .toList();
  }

  /** Each is told what is new for them. */
  void tell(List<Effect> effects) {
    List<Seat> waiting = consultation.waiting();
    boolean clinician = consultation.clinicianPresent();
    for (int i = 0; i < waiting.size(); i++) {
      Seat seat = waiting.get(i);
      ServiceMessage.Waiting now =
          new ServiceMessage.Waiting(
              i + 1, waiting.size(), Words.time(seat.since), clinician, consultation.isLocked());
      if (seat.isConnected() && !now.equals(seat.toldWaiting)) {
        seat.toldWaiting = now;
        effects.add(new Effect.Say(seat.line, now));
      }
    }
    if (consultation.seats().stream().anyMatch(Notices::isToldOfPeople)) {
      ServiceMessage.People now = people();
      for (Seat seat : consultation.seats()) {
        if (isToldOfPeople(seat) && !now.equals(seat.toldPeople)) {
          seat.toldPeople = now;
          effects.add(new Effect.Say(seat.line, now));
        }
      }
    }
  }

  private static boolean isToldOfPeople(Seat seat) {
    return seat.isClinician() && seat.isConnected();
  }

  /** Who is there now. */
  ServiceMessage.People people() {
    List<Seat> waiting = consultation.waiting();
    return new ServiceMessage.People(
        IntStream.range(0, waiting.size()).mapToObj(i -> waits(waiting.get(i), i + 1)).toList(),
        consultation.present().stream()
            .map(seat ->
                new ServiceMessage.Present(
                    seat.visit,
                    seat.role.word(),
                    seat.name,
                    Words.time(seat.since),
                    seat.mode,
                    seat.isConnected()))
            .toList(),
        consultation.links().stream()
            .map(link ->
                new ServiceMessage.LinkState(
                    link.id(), link.role().word(), link.name(), link.used()))
            .toList(),
        consultation.isLocked());
  }

  private static ServiceMessage.Waits waits(Seat seat, int position) {
    return new ServiceMessage.Waits(
        seat.visit,
        seat.role.word(),
        seat.name,
        Words.time(seat.since),
        position,
        seat.isConnected());
  }
}
