package org.consultrelay.relay.rtp;

/** What one packet of an RTCP compound is, as far as the relay cares. */
public enum RtcpType {
  /** None has been read yet. */
  NONE,
  /** RFC 3550 §6.4.1. */
  SENDER_REPORT,
  /** RFC 3550 §6.4.2. */
  RECEIVER_REPORT,
  /** RFC 3550 §6.5. */
  SOURCE_DESCRIPTION,
  /** RFC 3550 §6.6. */
  BYE,
  /** Generic NACK (RFC 4585 §6.2.1). */
  NACK,
  /** Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). */
  TRANSPORT_FEEDBACK,
  /** Picture loss indication (RFC 4585 §6.3.1). */
  PLI,
  /** Full intra request (RFC 5104 §4.3.1). */
  FIR,
  /** Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03). */
  REMB,
  /** Extended report (RFC 3611). */
  EXTENDED_REPORT,
  /** Well formed, but of no use to the relay. */
  OTHER,
  /** Of a known type, but its body is too short for what it claims. To be counted and skipped. */
  MALFORMED
}
