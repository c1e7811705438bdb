package org.consultrelay.relay.turn;

import java.util.Locale;

/**
 * How a client reaches the TURN server (RFC 8656 §3.1, RFC 7350). Its label is a metric's value.
 */
public enum TurnTransport {
  /** Datagrams. */
  UDP,
  /** A stream. */
  TCP,
  /** An encrypted stream. */
  TLS,
  /** Encrypted datagrams. */
  DTLS;

  /** Whether messages come one after the other in a stream. */
  boolean isStream() {
    return this == TCP || this == TLS;
  }

  /** The transport as a metric's label value. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
