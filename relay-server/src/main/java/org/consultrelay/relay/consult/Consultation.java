package org.consultrelay.relay.consult;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One consultation: its links, who waits and who has been let in. It does nothing by itself: what
 * happens goes in with the time in milliseconds since 1970, what is to be done comes out as {@link
 * Effect}s. One thread.
 */
final class Consultation {
  /** Links of one consultation that are good at a time; each has one seat. */
  static final int MOST_LINKS = 20;

  private static final String VIDEO = "video";
  private static final String AUDIO = "audio";

  private final Terms terms;
  private final long graceMillis;
  private final Entrance entrance;
  private final Supplier<String> names;
  private final Map<String, Link> links = new LinkedHashMap<>();
  private final Map<String, Seat> seats = new LinkedHashMap<>();
  private final Notices notices = new Notices(this);
  private boolean over;

  /**
   * One without links.
   *
   * @param graceMillis how long somebody whose line is lost keeps their place
   * @param busySeconds after how long a try for a place in the room is worth it; 0 when there is
   *     room now
   * @param names random names, each another
   */
  Consultation(Terms terms, long graceMillis, IntSupplier busySeconds, Supplier<String> names) {
    this.terms = terms;
    this.graceMillis = graceMillis;
    this.entrance = new Entrance(busySeconds);
    this.names = names;
  }

  /** Takes what was kept: everybody has lost their line just now. */
  void restore(SavedConsultation saved, long now) {
    entrance.lock(saved.locked());
    saved.links().forEach(link -> links.put(link.id(), link));
    for (SavedConsultation.SavedSeat each : saved.seats()) {
      Link link = links.get(each.link());
      if (link != null) {
        Seat seat =
            new Seat(each.visit(), each.identity(), link, each.name(), each.since(), each.mode());
        seat.admitted = each.admitted();
        seat.lostAt = now;
        seats.put(seat.visit, seat);
      }
    }
  }

  SavedConsultation saved() {
    return new SavedConsultation(
        terms,
        entrance.isLocked(),
        List.copyOf(links.values()),
        seats.values().stream().map(Seat::saved).toList());
  }

  Terms terms() {
    return terms;
  }

  /** The way from the waiting room into the call. */
  Entrance entrance() {
    return entrance;
  }

  /** Whether nobody more may be let in. */
  boolean isLocked() {
    return entrance.isLocked();
  }

  Collection<Link> links() {
    return links.values();
  }

  Collection<Seat> seats() {
    return seats.values();
  }

  @Nullable Link link(String id) {
    return links.get(id);
  }

  boolean isFull() {
    return links.size() >= MOST_LINKS;
  }

  /** A new link; ask {@link #isFull} before. */
  Link add(Role role, String name) {
    Link link = new Link(names.get(), role, name, false);
    links.put(link.id(), link);
    return link;
  }

  /** A link was made outside: clinicians see it. */
  void linked(List<Effect> effects) {
    tell(effects);
  }

  /** Whether somebody of the clinician's side is there, or has lost the line just now. */
  boolean clinicianPresent() {
    return seats.values().stream().anyMatch(seat -> seat.isClinician() && seat.admitted);
  }

  List<Seat> waiting() {
    return seats.values().stream().filter(seat -> !seat.admitted).toList();
  }

  /** {@code scheduled}, {@code waiting} or {@code running}. */
  ConsultState state() {
    if (over) {
      return ConsultState.ENDED;
    }
    if (clinicianPresent()) {
      return ConsultState.RUNNING;
    }
    return seats.isEmpty() ? ConsultState.SCHEDULED : ConsultState.WAITING;
  }

  /**
   * Somebody comes by a link of this consultation. A second line takes the place of the first.
   *
   * @param line that they have, not 0
   * @param saidName what they call themselves; may be empty
   * @return their visit, or why not
   */
  ConsultAnswer<String> hello(
      Link link, long line, String saidName, long now, List<Effect> effects) {
    if (now < terms.opensAt()) {
      return new ConsultAnswer.Refused<>(ConsultRefusal.early(terms.opensAt(), now));
    }
    Seat seat = seatOf(link.id());
    String name = link.name().isEmpty() ? saidName : link.name();
    if (seat == null) {
      seat =
          new Seat(
              names.get(),
              link.role().prefix() + names.get(),
              link,
              name,
              now,
              terms.audioOnly() ? AUDIO : VIDEO);
      seats.put(seat.visit, seat);
    } else if (!name.isEmpty()) {
      seat.name = name;
    }
    if (seat.isConnected()) {
      effects.add(new Effect.End(seat.line, EndReason.ELSEWHERE));
    }
    links.put(link.id(), link.asUsed());
    seat.line = line;
    seat.toldWaiting = null;
    seat.toldPeople = null;
    effects.add(new Effect.Say(line, notices.welcome(seat)));
    if (seat.isClinician()) {
      entrance.letIn(seat, now, effects);
    } else if (seat.admitted) {
      effects.add(Entrance.wayIn(seat));
    }
    tell(effects);
    if (!seat.admitted && seat.message != null) {
      effects.add(new Effect.Say(line, seat.message));
    }
    return new ConsultAnswer.Done<>(seat.visit);
  }

  /**
   * Somebody says what they are called; the name that a link brings stays. Answered by a welcome.
   */
  void call(Seat seat, String said, List<Effect> effects) {
    Link link = links.get(seat.link);
    if (link != null && link.name().isEmpty()) {
      seat.name = said;
    }
    effects.add(new Effect.Say(seat.line, notices.welcome(seat)));
  }

  private @Nullable Seat seatOf(String link) {
    for (Seat seat : seats.values()) {
      if (seat.link.equals(link)) {
        return seat;
      }
    }
    return null;
  }

  /** A line is lost; the place is kept for a while. */
  void lost(String visit, long line, long now, List<Effect> effects) {
    Seat seat = seats.get(visit);
    if (seat != null && seat.line == line) {
      seat.line = 0;
      seat.lostAt = now;
      seat.tryAt = 0;
      tell(effects);
    }
  }

  /** A page says something. Types that are not known are refused. */
  void received(String visit, long line, PageMessage message, long now, List<Effect> effects) {
    Seat self = seats.get(visit);
    if (self == null || self.line != line) {
      return;
    }
    Optional<ConsultRefusal> refused = new Requests(this, self, message, now, effects).answer();
    refused.ifPresent(
        refusal -> effects.add(new Effect.Say(line, ServiceMessage.Fault.of(refusal))));
    tell(effects);
  }

  /** Somebody goes, and their place with them. */
  void putOut(Seat seat, EndReason reason, List<Effect> effects) {
    seats.remove(seat.visit);
    effects.add(new Effect.PutOut(seat.identity));
    if (seat.isConnected()) {
      effects.add(new Effect.End(seat.line, reason));
    }
  }

  /** A link is good no more, and whoever came by it goes; whether it was there. */
  boolean revoke(String link, String actor, EndReason reason, List<Effect> effects) {
    if (links.remove(link) == null) {
      return false;
    }
    Seat seat = seatOf(link);
    effects.add(new Effect.Revoked(link));
    effects.add(new Effect.Note("revoked", actor, seat == null ? "" : seat.identity));
    if (seat != null) {
      putOut(seat, reason, effects);
    }
    tell(effects);
    return true;
  }

  /** Whether it has ended. */
  boolean isOver() {
    return over;
  }

  /** All is over. */
  void end(EndReason reason, String actor, List<Effect> effects) {
    over = true;
    for (Seat seat : List.copyOf(seats.values())) {
      putOut(seat, reason, effects);
    }
    links.keySet().forEach(link -> effects.add(new Effect.Revoked(link)));
    links.clear();
    effects.add(new Effect.Note(reason.word(), actor, ""));
  }

  /** Time goes by: those whose line has been lost for too long go. */
  void tick(long now, List<Effect> effects) {
    boolean changed = false;
    for (Seat seat : List.copyOf(seats.values())) {
      if (seat.isConnected()) {
        if (seat.tryAt != 0 && seat.tryAt <= now) {
          entrance.letIn(seat, now, effects);
        }
      } else if (now - seat.lostAt >= graceMillis) {
        if (seat.admitted) {
          seat.lostAt = now;
          effects.add(new Effect.LookFor(seat.visit, seat.identity));
        } else {
          seats.remove(seat.visit);
          changed = true;
        }
      }
    }
    if (changed) {
      tell(effects);
    }
  }

  /** Somebody who was looked for is not in the room either. */
  void absent(String visit, List<Effect> effects) {
    Seat seat = seats.get(visit);
    if (seat != null && !seat.isConnected()) {
      putOut(seat, EndReason.LEFT, effects);
      tell(effects);
    }
  }

  @Nullable Seat seat(@Nullable String visit) {
    return visit == null ? null : seats.get(visit);
  }

  /** Each is told what is new for them. */
  private void tell(List<Effect> effects) {
    notices.tell(effects);
  }

  /** For tests and messages: who is where, in order. */
  List<Seat> present() {
    List<Seat> present = new ArrayList<>(seats.values());
    present.removeIf(seat -> !seat.admitted);
    return present;
  }
}
