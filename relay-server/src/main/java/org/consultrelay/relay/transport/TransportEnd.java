package org.consultrelay.relay.transport;

/** Why a peer connection's transport ended. A fixed small set: fit for a metric's label. */
public enum TransportEnd {
  /** We closed it. */
  CLOSED,
  /** The peer said close_notify. */
  CLOSED_BY_PEER,
  /** No connectivity check ever led to a nominated pair. */
  NEVER_CONNECTED,
  /** The peer fell silent and its consent ended (RFC 7675). */
  CONSENT_EXPIRED,
  /** The DTLS handshake failed or the association broke. */
  DTLS_FAILED
}
