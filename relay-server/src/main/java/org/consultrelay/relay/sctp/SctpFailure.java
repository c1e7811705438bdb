package org.consultrelay.relay.sctp;

/** Why an association is over. */
public enum SctpFailure {
  /** The peer did not answer the handshake (RFC 9260 §5.1). */
  HANDSHAKE_TIMEOUT,
  /** The peer refused us, or has not got streams for us. */
  REFUSED,
  /** The peer no longer acknowledges (RFC 9260 §8.1). */
  UNREACHABLE,
  /** The peer sent ABORT. */
  ABORTED_BY_PEER,
  /** The peer, or both, shut the association down in good order (RFC 9260 §9.2). */
  SHUT_DOWN,
  /**
   * The peer started anew within the same DTLS connection (RFC 9260 §5.2), which no browser does.
   */
  RESTARTED_BY_PEER,
  /** The peer broke the protocol. */
  PROTOCOL_VIOLATION
}
