package org.consultrelay.relay.sdp;

/** What came of applying a peer's answer to our offer. */
public sealed interface ApplyResult permits ApplyResult.Applied, Refusal {
  /**
   * The answer fits the offer.
   *
   * @param session what is now agreed, for the media layer
   */
  record Applied(NegotiatedSession session) implements ApplyResult {}
}
