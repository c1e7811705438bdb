package org.consultrelay.relay.net;

import java.util.Locale;

/** Why a datagram was dropped between the socket and us. Its text is a metric's label. */
public enum DropReason {
  /** Received, but longer than a slot. */
  TRUNCATED,
  /** Received when no slot was free. */
  NO_SLOT,
  /** Received by the kernel, but the socket's receive buffer was full. */
  RECEIVE_BUFFER_FULL,
  /** Not sent: the socket's send buffer or the interface's queue was full. */
  SEND_BUFFER_FULL,
  /** Not sent: there is no route, or the address is not of the socket's family. */
  UNREACHABLE,
  /** Not sent: the peer's host answered that nobody listens there. */
  REFUSED,
  /** Not sent: a firewall rule of this host or a broadcast address forbids it. */
  FORBIDDEN,
  /** Not sent: longer than the path takes. */
  TOO_LONG,
  /** Not sent: the kernel gave another reason. */
  OTHER;

  /** The reason as a metric's label value, such as {@code send_buffer_full}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
