package org.consultrelay.relay.sctp;

/** When the peer is told what has come (RFC 9260 §6.2). */
final class Acknowledgements {
  private static final long DELAY = 200_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private boolean due;
  private int packets;
  private long at = NEVER;

  /** The peer is to be told now: it asked, or something is missing or came twice. */
  void hurry() {
    due = true;
  }

  /** A packet had data. Every second one is acknowledged at once, others a little later. */
  void received(long nowNanos) {
    if (++packets >= 2) {
      due = true;
    } else if (at == NEVER) {
      at = nowNanos + DELAY;
    }
  }

  /** Whether the peer is to be told now. */
  boolean isDue() {
    return due;
  }

  /** Whether there is something to tell if a packet leaves anyway. */
  boolean isOwed() {
    return due || packets > 0;
  }

  /** When the peer has waited long enough. */
  long deadline() {
    return at;
  }

  void onDeadline(long nowNanos) {
    due |= nowNanos >= at;
  }

  /** The peer was told. */
  void sent() {
    due = false;
    packets = 0;
    at = NEVER;
  }
}
