package org.consultrelay.relay.net.stream;

import java.util.Locale;

/** Why a connection was refused or ended. Its label is a metric's value. */
public enum StreamEnd {
  /** The client closed it, or the network did. */
  CLOSED,
  /** We did: what it was for is over. */
  DONE,
  /** Its source has as many as it may. */
  TOO_MANY_OF_SOURCE,
  /** The relay has as many as it may. */
  TOO_MANY,
  /** No handshake, header or whole packet came in time. */
  TOO_SLOW,
  /** It has not shown in time that it may be here. */
  STRANGER,
  /** What came is no packet. */
  GARBAGE,
  /** It read nothing for too long. */
  STALLED,
  /** Nothing came for too long. */
  IDLE,
  /** TLS failed. */
  TLS_FAILED;

  /** The reason as a metric's label value, such as {@code too_slow}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
