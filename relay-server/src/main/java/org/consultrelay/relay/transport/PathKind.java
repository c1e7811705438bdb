package org.consultrelay.relay.transport;

import java.util.Locale;

/** How a peer reaches the relay. A fixed small set: fit for a metric's label. */
public enum PathKind {
  /** Straight, by UDP. */
  UDP,
  /** Straight, by ICE-TCP (RFC 6544). */
  TCP,
  /** Through this relay's own TURN server, by whatever transport. */
  TURN;

  /** As a metric's label and in the log: {@code udp}, {@code tcp} or {@code turn}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
