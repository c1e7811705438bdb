package org.consultrelay.relay.consult;

/** What came of a request to the service. */
sealed interface ConsultAnswer<T> {
  /** It is done. */
  record Done<T>(T value) implements ConsultAnswer<T> {}

  /** It is not. */
  record Refused<T>(ConsultRefusal refusal) implements ConsultAnswer<T> {}
}
