package org.consultrelay.relay.sdp;

/**
 * One kind of RTCP feedback for a payload type, {@code a=rtcp-fb} (RFC 4585 §4.2).
 *
 * @param type as {@code nack}, {@code ccm}, {@code transport-cc}
 * @param parameter as {@code pli}; empty for none
 */
public record RtcpFeedback(String type, String parameter) {
  /** Generic NACK (RFC 4585 §6.2.1). */
  public static final RtcpFeedback NACK = new RtcpFeedback("nack", "");

  /** Picture loss indication (RFC 4585 §6.3.1). */
  public static final RtcpFeedback PLI = new RtcpFeedback("nack", "pli");

  /** Full intra request (RFC 5104 §3.5.1). */
  public static final RtcpFeedback FIR = new RtcpFeedback("ccm", "fir");

  /** Transport-wide congestion control feedback. */
  public static final RtcpFeedback TRANSPORT_CC = new RtcpFeedback("transport-cc", "");

  /** Receiver estimated maximum bitrate. */
  public static final RtcpFeedback REMB = new RtcpFeedback("goog-remb", "");

  /** Checks that both fit in a line. */
  public RtcpFeedback {
    SdpText.requireWord(type, "a feedback type");
    SdpText.requireLine(parameter, "a feedback parameter");
  }
}
