package org.consultrelay.relay.sdp;

/** What came of parsing a trickle fragment. */
public sealed interface TrickleResult permits TrickleResult.Parsed, SdpResult.Refused {
  /**
   * The text is a fragment.
   *
   * @param fragment what it says
   */
  record Parsed(TrickleFragment fragment) implements TrickleResult {}
}
