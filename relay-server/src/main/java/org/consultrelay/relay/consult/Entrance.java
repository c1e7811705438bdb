package org.consultrelay.relay.consult;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The way from the waiting room into the call: whether it is locked, and whether the relay has room
 * for the call now. It is handed the time in milliseconds since 1970. One thread.
 */
final class Entrance {
  private final IntSupplier busySeconds;
  private boolean locked;

  /**
   * One that is not locked.
   *
   * @param busySeconds after how long a try for a place in the room is worth it; 0 when there is
   *     room now
   */
  Entrance(IntSupplier busySeconds) {
    this.busySeconds = busySeconds;
  }

  /** Whether nobody more may be let in. */
  boolean isLocked() {
    return locked;
  }

  /** Locks or unlocks. */
  void lock(boolean now) {
    locked = now;
  }

  /** Somebody who may be in the room gets the way in, unless the relay has no room for now. */
  void letIn(Seat seat, long now, List<Effect> effects) {
    int busy = busySeconds.getAsInt();
    if (busy > 0) {
      if (seat.isClinician() || seat.admitted) {
        // Tried again by us, and by the page if it asks.
        seat.admitted = true;
        seat.tryAt = now + busy * 1_000L;
        effects.add(new Effect.Say(seat.line, ServiceMessage.Fault.of(ConsultRefusal.busy(busy))));
      }
      return;
    }
    seat.admitted = true;
    seat.tryAt = 0;
    effects.add(wayIn(seat));
  }

  /** Lets somebody in who waits. */
  Optional<ConsultRefusal> admit(Seat clinician, Seat seat, long now, List<Effect> effects) {
    if (seat.admitted) {
      return Optional.empty();
    }
    if (locked) {
      return Optional.of(ConsultRefusal.LOCKED);
    }
    int busy = busySeconds.getAsInt();
    if (busy > 0) {
      return Optional.of(ConsultRefusal.busy(busy));
    }
    seat.message = null;
    effects.add(new Effect.Waited(now - seat.since));
    effects.add(new Effect.Note("admitted", clinician.identity, seat.identity));
    seat.admitted = true;
    seat.tryAt = 0;
    effects.add(wayIn(seat));
    return Optional.empty();
  }

  /** A new way in, for one who has been let in. */
  Optional<ConsultRefusal> renew(Seat seat, long now, List<Effect> effects) {
    if (!seat.admitted) {
      return Optional.of(ConsultRefusal.NOT_ADMITTED);
    }
    if (seat.tryAt != 0) {
      letIn(seat, now, effects);
    } else {
      effects.add(wayIn(seat));
    }
    return Optional.empty();
  }

  /** There was no way in to be had for somebody who has been let in: it is tried again then. */
  static void tryAgain(Seat seat, long at) {
    seat.tryAt = at;
  }

  /** Lets somebody into the room, or sends them the way in again. */
  static Effect wayIn(Seat seat) {
    return new Effect.LetIn(seat.line, seat.identity, seat.name, seat.role, seat.mode);
  }
}
