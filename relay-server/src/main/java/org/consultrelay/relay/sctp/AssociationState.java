package org.consultrelay.relay.sctp;

/** The state of an association (RFC 9260 §4), and its end in good order (RFC 9260 §9.2). */
final class AssociationState {
  private enum State {
    /** Before the handshake's end. */
    HANDSHAKE,
    ESTABLISHED,
    SHUTDOWN_PENDING,
    SHUTDOWN_SENT,
    SHUTDOWN_RECEIVED,
    SHUTDOWN_ACK_SENT,
    ENDED
  }

  private State state = State.HANDSHAKE;
  private long repeatAt = Long.MAX_VALUE;
  private boolean due;

  boolean isHandshake() {
    return state == State.HANDSHAKE;
  }

  /** The handshake is over and no end has begun. */
  boolean isUp() {
    return state == State.ESTABLISHED;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  /** Our SHUTDOWN is on its way and the peer goes on with what it had. */
  boolean isShutdownSent() {
    return state == State.SHUTDOWN_SENT;
  }

  /** Whether the peer may still send data. */
  boolean takesData() {
    return state != State.SHUTDOWN_RECEIVED && state != State.SHUTDOWN_ACK_SENT;
  }

  /** Whether we may still send data. */
  boolean sendsData() {
    return state != State.SHUTDOWN_SENT && state != State.SHUTDOWN_ACK_SENT;
  }

  void established() {
    state = State.ESTABLISHED;
  }

  void end() {
    state = State.ENDED;
  }

  /** Our side wants to end. False: it is not up, or ends already. */
  boolean shutDown() {
    if (state != State.ESTABLISHED) {
      return false;
    }
    state = State.SHUTDOWN_PENDING;
    return true;
  }

  /** All that we sent has arrived. */
  void allArrived() {
    if (state == State.SHUTDOWN_PENDING) {
      state = State.SHUTDOWN_SENT;
      due = true;
    } else if (state == State.SHUTDOWN_RECEIVED) {
      state = State.SHUTDOWN_ACK_SENT;
      due = true;
    }
  }

  /** Data came: the peer is told again how far it has come. */
  void onData() {
    due |= state == State.SHUTDOWN_SENT;
  }

  /** The peer begins anew. True: it is told of the end first. */
  boolean onInit() {
    if (state != State.SHUTDOWN_ACK_SENT) {
      return false;
    }
    due = true;
    return true;
  }

  /** The peer wants to end. */
  void onShutdown() {
    switch (state) {
      case ESTABLISHED, SHUTDOWN_PENDING -> state = State.SHUTDOWN_RECEIVED;
      case SHUTDOWN_SENT -> {
        state = State.SHUTDOWN_ACK_SENT; // both at once
        due = true;
      }
      case SHUTDOWN_ACK_SENT -> due = true;
      default -> {}
    }
  }

  /** Whether the peer may have ended for its part. */
  boolean fitsShutdownAck() {
    return state == State.SHUTDOWN_SENT || state == State.SHUTDOWN_ACK_SENT;
  }

  /** Whether the peer may have had our last word. */
  boolean fitsShutdownComplete() {
    return state == State.SHUTDOWN_ACK_SENT;
  }

  /** When what we said of the end is to be said again. */
  long deadline() {
    return repeatAt;
  }

  /** True: nothing has answered it in time. */
  boolean onDeadline(long nowNanos) {
    if (nowNanos < repeatAt) {
      return false;
    }
    due = true;
    return true;
  }

  /**
   * Says what is to be said of the end.
   *
   * @param cumulativeTsn how far the peer's data has come
   * @param timeout after which it is said again, in nanoseconds
   */
  void write(PacketWriter packet, int cumulativeTsn, long nowNanos, long timeout) {
    if (!due) {
      return;
    }
    due = false;
    repeatAt = nowNanos + timeout;
    if (state == State.SHUTDOWN_SENT) {
      packet.chunk(Chunks.SHUTDOWN, 0).put32(cumulativeTsn).endChunk();
    } else if (state == State.SHUTDOWN_ACK_SENT) {
      packet.emptyChunk(Chunks.SHUTDOWN_ACK, 0);
    }
  }
}
