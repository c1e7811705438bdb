package org.consultrelay.relay.sdp;

/** What came of parsing a session description. */
public sealed interface SdpResult {
  /**
   * The text is a session description.
   *
   * @param description what it says
   */
  record Parsed(SessionDescription description) implements SdpResult {}

  /**
   * The text is not one that we accept.
   *
   * @param line counted from 1; 0 when it is about the whole text
   * @param reason plain text for whoever wrote the description; quotes at most a few printable
   *     characters of it
   */
  record Refused(int line, String reason) implements SdpResult, TrickleResult {
    /** Reason and line in one sentence. */
    public String text() {
      return line > 0 ? "SDP line " + line + ": " + reason : "SDP: " + reason;
    }
  }
}
