package org.consultrelay.relay.dtls;

/** Why an endpoint did not get, or did not keep, its connection. */
public enum DtlsFailure {
  /** The handshake was not over in time and nothing better is known. */
  TIMEOUT,
  /** {@link HandshakeGate} let no handshake begin before the time was up. */
  OVERLOADED,
  /** The peer's certificate is not the one that its SDP announced (RFC 8122 §6.2). */
  FINGERPRINT_MISMATCH,
  /** The peer, being the client, sent no certificate (RFC 5763 §5 wants one from both). */
  NO_CERTIFICATE,
  /** No SRTP protection profile in common (RFC 5764 §4.1). */
  NO_SRTP_PROFILE,
  /** No version, cipher suite, group, signature or extended master secret in common. */
  INCOMPATIBLE,
  /** The peer sent a fatal alert. */
  PEER_ALERT,
  /** The peer broke the protocol. */
  PROTOCOL,
  /** Our own fault, or no thread could be had. */
  INTERNAL
}
