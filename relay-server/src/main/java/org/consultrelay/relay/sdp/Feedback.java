package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * The RTCP feedback agreed on for a codec (RFC 4585 §4.2, RFC 5104 §7).
 *
 * @param nack generic NACK
 * @param pli picture loss indication
 * @param fir full intra request
 * @param transportCc transport-wide feedback; its header extension is agreed on too
 * @param remb receiver estimated maximum bitrate
 */
public record Feedback(boolean nack, boolean pli, boolean fir, boolean transportCc, boolean remb) {
  static Feedback of(List<RtcpFeedback> lines) {
    return new Feedback(
        lines.contains(RtcpFeedback.NACK),
        lines.contains(RtcpFeedback.PLI),
        lines.contains(RtcpFeedback.FIR),
        lines.contains(RtcpFeedback.TRANSPORT_CC),
        lines.contains(RtcpFeedback.REMB));
  }
}
