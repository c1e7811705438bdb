package org.consultrelay.relay.transport;

/** How a peer reaches the relay. A fixed small set: fit for a metric's label. */
public enum PathKind {
  /** Straight, by UDP. */
  UDP,
  /** Straight, by ICE-TCP (RFC 6544). */
  TCP,
  /** Through this relay's own TURN server, by whatever transport. */
  TURN
}
