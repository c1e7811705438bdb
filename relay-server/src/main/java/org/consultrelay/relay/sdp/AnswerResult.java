package org.consultrelay.relay.sdp;

/** What came of answering an offer. */
public sealed interface AnswerResult permits AnswerResult.Answered, Refusal {
  /**
   * The offer is answered.
   *
   * @param answer to be written and sent
   * @param session what is now agreed, for the media layer
   */
  record Answered(SessionDescription answer, NegotiatedSession session) implements AnswerResult {}
}
