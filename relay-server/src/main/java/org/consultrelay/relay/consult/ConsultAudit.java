package org.consultrelay.relay.consult;

/** Is told what happens in consultations, by ids alone. Any thread; it must not block. */
@FunctionalInterface
public interface ConsultAudit {
  /**
   * Something has happened.
   *
   * @param event a word
   * @param room where
   * @param actor the identity of who did it; empty: the practice, or time
   * @param subject the identity of whom it was done to; may be empty
   */
  void note(String event, String room, String actor, String subject);
}
