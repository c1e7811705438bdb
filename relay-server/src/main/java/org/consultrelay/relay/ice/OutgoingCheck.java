package org.consultrelay.relay.ice;

import org.consultrelay.relay.wire.TransportAddress;

/** A STUN message that a controlling agent wants sent. */
public final class OutgoingCheck {
  private final int path;
  private final TransportAddress to;
  private final byte[] bytes;

  OutgoingCheck(int path, TransportAddress to, byte[] bytes) {
    this.path = path;
    this.to = to;
    this.bytes = bytes;
  }

  /** The caller's number of the socket to send from. */
  public int path() {
    return path;
  }

  /** Where to. */
  public TransportAddress to() {
    return to;
  }

  /** The message; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }
}
