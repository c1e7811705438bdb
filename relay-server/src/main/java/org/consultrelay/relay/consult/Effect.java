package org.consultrelay.relay.consult;

/** What is to be done in the world after something has happened in a consultation, in order. */
sealed interface Effect {
  /** Whether a crash of the relay must not undo it once somebody has been told. */
  default boolean isForGood() {
    return this instanceof Revoked || this instanceof PutOut;
  }

  /** Says something on a line. */
  record Say(long line, ServiceMessage message) implements Effect {}

  /** Says that the visit is over, and closes the line. */
  record End(long line, EndReason reason) implements Effect {}

  /** Lets somebody into the room from now on, and sends the way in. */
  record LetIn(long line, String identity, String name, Role role, String mode) implements Effect {}

  /** Puts an identity out of the room, and lets it in no more. */
  record PutOut(String identity) implements Effect {}

  /** Asks whether an identity whose line is lost is in the room still. */
  record LookFor(String visit, String identity) implements Effect {}

  /** Tells a clinician of a link that was made. */
  record Invited(long line, Link link) implements Effect {}

  /** A link is good no more. */
  record Revoked(String link) implements Effect {}

  /** Somebody was let in after waiting so long. */
  record Waited(long millis) implements Effect {}

  /**
   * Something that whoever must keep a record wants to know.
   *
   * @param event a word
   * @param actor the identity of who did it; empty: the practice, or time
   * @param subject the identity of whom it was done to; may be empty
   */
  record Note(String event, String actor, String subject) implements Effect {}
}
