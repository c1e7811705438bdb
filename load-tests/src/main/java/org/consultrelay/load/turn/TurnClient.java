package org.consultrelay.load.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client with a socket of its own and, over time, one session after the other. Everything is on
 * its loop's thread.
 */
final class TurnClient implements DatagramHandler {
  /** Channel number and length (RFC 8656 §12.4). */
  static final int CHANNEL_HEADER = 4;

  /** Who lets clients work. */
  interface Owner {
    /** A session's request has been answered, or never will be. */
    void onSession(TurnClient client, TurnSession session, long nowNanos);

    /** All that a socket had has been read. */
    void onTurn(long nowNanos);
  }

  private final int index;
  private final Owner owner;
  private final Arrivals arrivals;
  private final DatagramPort port;
  private final Destination server;
  private final SequenceCheck up = new SequenceCheck();
  private final SequenceCheck down = new SequenceCheck();
  private @Nullable TurnSession session;
  private @Nullable Destination relayed;
  private long sentUp;
  private long sentDown;
  private long strange;
  private long endedNanos;

  /**
   * A client without a session.
   *
   * @param index its number among all clients, which its packets carry
   * @param arrivals of its loop
   */
  TurnClient(int index, Owner owner, Arrivals arrivals, DatagramPort port, Destination server) {
    this.arrivals = arrivals;
    this.index = index;
    this.owner = owner;
    this.port = port;
    this.server = server;
  }

  /** Begins a session; the one before must be over. */
  void begin(TurnSession next, long nowNanos) {
    session = next;
    relayed = null;
    next.begin(nowNanos);
    poll(nowNanos);
  }

  /** Gives the allocation back. */
  void delete(long nowNanos) {
    TurnSession current = session;
    if (current != null && current.state() == TurnSession.State.READY) {
      current.delete(nowNanos);
      poll(nowNanos);
    }
  }

  /** Sends what is due. To be called every now and then. */
  void poll(long nowNanos) {
    TurnSession current = session;
    if (current == null || !current.isAsking()) {
      return;
    }
    byte[] request = current.poll(nowNanos);
    if (request != null) {
      SendBatch batch = port.sendBatch();
      long at = batch.claim(request.length);
      Bytes.put(batch.memory(), at, request);
      batch.commit(server, request.length);
      port.flush();
    } else if (!current.isAsking()) {
      owner.onSession(this, current, nowNanos);
    }
  }

  @Override
  public boolean onDatagram(
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    MemorySegment memory = port.slots().memory();
    if (length >= CHANNEL_HEADER && Bytes.u8(memory, offset) >> 6 == 1) {
      channelData(memory, offset, length, nowNanos);
    } else if (StunCodec.looksLikeStun(memory, offset, length)) {
      answer(Bytes.toArray(memory, offset, length), nowNanos);
    } else {
      strange++;
    }
    return false;
  }

  private void channelData(MemorySegment memory, long offset, int length, long nowNanos) {
    int payload = Bytes.u16(memory, offset + 2);
    long at = offset + CHANNEL_HEADER;
    // Over UDP the padding may be there or not (RFC 8656 §12.5).
    if (Bytes.u16(memory, offset) == TurnSession.CHANNEL
        && payload <= length - CHANNEL_HEADER
        && FlowStamp.isThere(memory, at, payload)
        && FlowStamp.flow(memory, at) == index) {
      if (down.arrived(
          FlowStamp.sequence(memory, at), nowNanos - FlowStamp.sentNanos(memory, at))) {
        arrivals.down++;
      }
    } else {
      strange++;
    }
  }

  private void answer(byte[] message, long nowNanos) {
    TurnSession current = session;
    if (current == null || !current.isAsking()) {
      return;
    }
    current.receive(message, nowNanos);
    TransportAddress address = current.relayed();
    if (relayed == null && address != null) {
      relayed = Destination.of(address);
    }
    if (current.isAsking()) {
      poll(nowNanos);
    } else {
      owner.onSession(this, current, nowNanos);
    }
  }

  @Override
  public void endOfTurn(long nowNanos) {
    owner.onTurn(nowNanos);
  }

  /** Sends so many packets to the peer by way of the channel. */
  void sendUp(int packets, int payload, long nowNanos) {
    SendBatch batch = port.sendBatch();
    for (int i = 0; i < packets; i++) {
      int length = CHANNEL_HEADER + payload;
      long at = batch.claim(length);
      MemorySegment memory = batch.memory();
      Bytes.put16(memory, at, TurnSession.CHANNEL);
      Bytes.put16(memory, at + 2, payload);
      FlowStamp.write(memory, at + CHANNEL_HEADER, index, sentUp++, nowNanos);
      batch.commit(server, length);
    }
    port.flush();
  }

  /** Sends so many packets as the peer, from the peer's socket, which the caller flushes. */
  void sendDown(DatagramPort peer, int packets, int payload, long nowNanos) {
    Destination to = relayed;
    if (to == null) {
      return;
    }
    SendBatch batch = peer.sendBatch();
    for (int i = 0; i < packets; i++) {
      long at = batch.claim(payload);
      FlowStamp.write(batch.memory(), at, index, sentDown++, nowNanos);
      batch.commit(to, payload);
    }
  }

  /** Its number. */
  int index() {
    return index;
  }

  /** Its session is over for good. */
  void endedAt(long nowNanos) {
    endedNanos = nowNanos;
  }

  /** When its last session was over. */
  long endedNanos() {
    return endedNanos;
  }

  /** Whether it has what its session was to bring. */
  boolean isReady() {
    TurnSession current = session;
    return current != null && current.state() == TurnSession.State.READY;
  }

  /** A packet of this client's has come to its peer. */
  void arrivedUp(long sequence, long tookNanos) {
    if (up.arrived(sequence, tookNanos)) {
      arrivals.up++;
    }
  }

  /** What this client and its peer have sent and received. */
  FlowCounts counts() {
    return new FlowCounts(
        sentUp,
        up.received(),
        sentDown,
        down.received(),
        up.duplicated() + down.duplicated(),
        up.late() + down.late(),
        strange);
  }
}
