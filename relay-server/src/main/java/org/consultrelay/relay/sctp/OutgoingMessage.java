package org.consultrelay.relay.sctp;

import java.util.ArrayDeque;

/** A message on its way to the peer. */
final class OutgoingMessage {
  /** A stream's state of ours: what waits, and the number of its next ordered message. */
  static final class Stream {
    final int id;
    final ArrayDeque<OutgoingMessage> queue = new ArrayDeque<>();
    int nextSequence;
    long bufferedBytes;

    /** Nothing may be sent until the peer has agreed to a reset (RFC 6525 §5.1.2). */
    boolean paused;

    Stream(int id) {
      this.id = id;
    }
  }

  final Stream stream;
  final boolean ordered;
  final int payloadProtocol;
  final byte[] payload;

  /** When to give up, if it is not acknowledged by then; {@link Long#MAX_VALUE} for never. */
  final long expiresAt;

  /** How often each chunk may be sent again; {@link Long#MAX_VALUE} for any number of times. */
  final long maxRetransmissions;

  /** Of an ordered message, once its first chunk has a TSN. */
  int sequence;

  /** Bytes that have TSNs. */
  int sent;

  /** TSN of the first chunk, once there is one. */
  int firstTsn;

  /** Chunks with TSNs that have not been acknowledged for good. */
  int chunks;

  /** Given up: neither sent nor sent again. */
  boolean abandoned;

  OutgoingMessage(
      Stream stream,
      boolean ordered,
      int payloadProtocol,
      byte[] payload,
      long expiresAt,
      long maxRetransmissions) {
    this.stream = stream;
    this.ordered = ordered;
    this.payloadProtocol = payloadProtocol;
    this.payload = payload;
    this.expiresAt = expiresAt;
    this.maxRetransmissions = maxRetransmissions;
  }

  /** Whether a chunk has a TSN. */
  boolean isBegun() {
    return sent > 0;
  }

  /** Whether every byte has a TSN. */
  boolean isSent() {
    return sent == payload.length;
  }

  /** Whether it is sent until it arrives. */
  boolean isReliable() {
    return expiresAt == Long.MAX_VALUE && maxRetransmissions == Long.MAX_VALUE;
  }

  /** Whether its time is over. */
  boolean isExpired(long nowNanos) {
    return expiresAt != Long.MAX_VALUE && nowNanos - expiresAt > 0;
  }
}
