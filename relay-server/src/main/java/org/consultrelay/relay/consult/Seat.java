package org.consultrelay.relay.consult;

import org.jspecify.annotations.Nullable;

/** Somebody's place in a consultation: in the queue, or in the room. */
final class Seat {
  final String visit;
  final String identity;
  final String link;
  final Role role;
  final long since;
  String name;
  String mode;
  boolean admitted;

  /** Their line now; 0 while they have none. */
  long line;

  /** When the line was lost, or looked for last. */
  long lostAt;

  /** When to try again for a call that the relay had no room for; 0: there is no need to. */
  long tryAt;

  /** What they were told last, so that they are told again only what is new. */
  ServiceMessage.@Nullable Waiting toldWaiting;

  ServiceMessage.@Nullable People toldPeople;

  /** The last message to them while they wait, for when they come back. */
  ServiceMessage.@Nullable Message message;

  Seat(String visit, String identity, Link link, String name, long since, String mode) {
    this.visit = visit;
    this.identity = identity;
    this.link = link.id();
    this.role = link.role();
    this.name = name;
    this.since = since;
    this.mode = mode;
  }

  boolean isClinician() {
    return role == Role.CLINICIAN;
  }

  boolean isConnected() {
    return line != 0;
  }

  SavedConsultation.SavedSeat saved() {
    return new SavedConsultation.SavedSeat(visit, identity, link, name, since, admitted, mode);
  }
}
