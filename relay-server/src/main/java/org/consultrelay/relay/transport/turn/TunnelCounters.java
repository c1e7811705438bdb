package org.consultrelay.relay.transport.turn;

/**
 * What one loop's DTLS clients did. Written by the loop with plain stores; any thread may read, and
 * sees values that were true a moment ago.
 */
public final class TunnelCounters {
  long greeted;
  long unanswered;
  long connected;
  long failed;
  long refused;
  long strays;
  long noSlot;
  long unsent;

  TunnelCounters() {}

  /** ClientHellos answered with a cookie, or let wait. */
  public long greeted() {
    return greeted;
  }

  /** ClientHellos beyond what strangers are answered. */
  public long unanswered() {
    return unanswered;
  }

  /** Handshakes that ended well. */
  public long connected() {
    return connected;
  }

  /** Handshakes that did not. */
  public long failed() {
    return failed;
  }

  /** Clients beyond the connections that a source or all may have. */
  public long refused() {
    return refused;
  }

  /** Datagrams of nobody known. */
  public long strays() {
    return strays;
  }

  /** Packets that could not be decrypted into a slot or encrypted into a record. */
  public long dropped() {
    return noSlot + unsent;
  }
}
