package org.consultrelay.relay.sdp;

/**
 * Why a description, or one section of it, cannot be agreed on. Bounded: fit for a metric label.
 */
public enum RefusalReason {
  /** No section that the relay could carry anything in. */
  NO_MEDIA,
  /** Several sections without {@code a=group:BUNDLE}, or sections outside the group. */
  NO_BUNDLE,
  /** A section without {@code a=rtcp-mux}. */
  NO_RTCP_MUX,
  /** No {@code a=ice-ufrag} and {@code a=ice-pwd}. */
  NO_ICE_CREDENTIALS,
  /** Both sides are ICE-lite: nobody would check (RFC 8445 §6.1.1 leaves it to full agents). */
  BOTH_ICE_LITE,
  /** No {@code a=fingerprint}: not encrypted with DTLS-SRTP. */
  NO_FINGERPRINT,
  /** Only fingerprints of hash functions that the relay does not take. */
  UNSUPPORTED_HASH,
  /** An {@code a=setup} that cannot be, or that changes roles in mid-session. */
  DTLS_SETUP,
  /** A transport protocol other than DTLS-SRTP or SCTP over DTLS. */
  UNSUPPORTED_PROTOCOL,
  /** Nothing that both sides can encode or decode. */
  NO_COMMON_CODEC,
  /** Mids missing, doubled or unknown, or payload types and extension ids that clash. */
  INCONSISTENT,
  /** Sections removed, reordered or changed in kind since the last description. */
  SECTIONS_CHANGED,
  /** The caller did not want the section. */
  DECLINED
}
