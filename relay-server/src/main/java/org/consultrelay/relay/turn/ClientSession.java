package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One client by its five-tuple: its allocation, and who it has shown itself to be. A datagram
 * client has a session as long as it has an allocation, a stream as long as it is connected.
 */
public final class ClientSession {
  private final TurnServer server;
  private final TurnClient client;
  private final TurnCounters counters;
  private final long since;
  private @Nullable Allocation allocation;
  private @Nullable TransactionId allocatedBy;
  private byte @Nullable [] allocatedAnswer;
  private Authentication.@Nullable Authenticated known;

  ClientSession(TurnServer server, TurnClient client, long nowNanos) {
    this.server = server;
    this.client = client;
    this.counters = server.counters();
    this.since = nowNanos;
  }

  /**
   * One message of the client's: STUN or ChannelData, whole.
   *
   * @param slot where it stands
   * @param offset where it begins, in bytes
   * @param length its length in bytes, with padding or without
   * @return true when the slot is kept
   */
  public boolean receive(int slot, MemorySegment memory, long offset, int length, long nowNanos) {
    server.at(nowNanos);
    int type = length < Framing.CHANNEL_HEADER ? -1 : Bytes.u16(memory, offset);
    if (type >= Framing.FIRST_CHANNEL && type <= Framing.LAST_CHANNEL) {
      int data = Bytes.u16(memory, offset + 2);
      Allocation relaying = allocation;
      if (data > length - Framing.CHANNEL_HEADER) {
        counters.drop(Drop.MALFORMED);
      } else if (relaying == null) {
        counters.drop(Drop.NO_ALLOCATION);
      } else {
        return relaying.onChannelData(
            slot, memory, offset + Framing.CHANNEL_HEADER, type, data, nowNanos);
      }
      return false;
    }
    if (type == Framing.SEND_INDICATION) {
      Allocation relaying = allocation;
      if (relaying == null) {
        counters.drop(Drop.NO_ALLOCATION);
      } else if (!server.framing().parseSend(memory, offset, length)) {
        counters.drop(Drop.MALFORMED);
      } else {
        return relaying.onSend(server.framing(), slot, memory, nowNanos);
      }
      return false;
    }
    server.onMessage(this, client, memory, offset, length, nowNanos);
    return false;
  }

  /** The client's connection is gone, and with it its allocation. */
  public void onClosed(long nowNanos) {
    server.at(nowNanos);
    server.closed(this);
  }

  TurnClient client() {
    return client;
  }

  @Nullable Allocation allocation() {
    return allocation;
  }

  Authentication.@Nullable Authenticated known() {
    return known;
  }

  void known(Authentication.Authenticated who) {
    known = who;
  }

  /** Since when a stream is connected, in nanoseconds. */
  long since() {
    return since;
  }

  void allocated(Allocation made, StunMessage request, byte[] answer) {
    allocation = made;
    allocatedBy = request.transactionId();
    allocatedAnswer = answer;
  }

  /** The answer that a repeated Allocate gets again; null when it is not one. */
  byte @Nullable [] repeated(StunMessage request) {
    return request.transactionId().equals(allocatedBy) ? allocatedAnswer : null;
  }

  void endAllocation() {
    allocation = null;
    allocatedBy = null;
    allocatedAnswer = null;
  }
}
