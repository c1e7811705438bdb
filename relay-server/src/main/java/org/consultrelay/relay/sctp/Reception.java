package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** What comes in on an association that is up: data, what is given up of it, resets of streams. */
final class Reception {
  private final ReceiveBuffer buffer;
  private final Reassembly messages;
  private final StreamResets resets;
  private final Acknowledgements acknowledgements = new Acknowledgements();

  /**
   * Nothing yet.
   *
   * @param by what the handshake has said of the peer
   * @param localTsn our first TSN
   * @param receiver hears of messages
   * @param listener hears of resets
   */
  Reception(
      StateCookie.Peer by,
      int localTsn,
      SctpLimits limits,
      OutgoingStreams streams,
      Transmission transmission,
      RoundTrip roundTrip,
      SctpCounters counters,
      Reassembly.Receiver receiver,
      StreamResets.Listener listener) {
    messages = new Reassembly(limits.maxMessageSize(), counters, receiver);
    buffer = new ReceiveBuffer(by.firstTsn(), limits.receiveBuffer(), messages, counters);
    resets =
        new StreamResets(
            localTsn,
            by.firstTsn(),
            streams,
            transmission,
            buffer,
            messages,
            roundTrip,
            counters,
            listener);
  }

  StreamResets resets() {
    return resets;
  }

  /** How far the peer's data has come without a gap. */
  int cumulativeTsn() {
    return buffer.cumulativeTsn();
  }

  /** A DATA chunk (RFC 9260 §3.3.1). False: it is none. */
  boolean onData(MemorySegment memory, long at, int length, int flags, AssociationState state) {
    @Nullable IncomingChunk chunk = IncomingChunk.parse(memory, at, length, flags);
    if (chunk == null) {
      return false;
    }
    boolean gap = buffer.hasGap();
    ReceiveBuffer.Outcome outcome = buffer.onData(chunk);
    // RFC 9260 §6.2, §6.7: at once when asked to, when something is missing or came twice.
    if (outcome != ReceiveBuffer.Outcome.IN_ORDER
        || gap
        || (chunk.flags() & Chunks.IMMEDIATE) != 0
        || state.isShutdownSent()) {
      acknowledgements.hurry();
    }
    state.onData();
    return true;
  }

  /** A FORWARD TSN chunk (RFC 3758 §3.2): the peer gives something up. False: it is none. */
  boolean onForwardTsn(MemorySegment memory, long at, int length) {
    if (length < 4) {
      return false;
    }
    acknowledgements.hurry();
    if (buffer.forward(Bytes.i32(memory, at))) {
      for (int i = 4; i + 4 <= length; i += 4) {
        messages.skipTo(Bytes.u16(memory, at + i), Bytes.u16(memory, at + i + 2));
      }
      buffer.resume();
    }
    return true;
  }

  /** A packet with data has been read. */
  void onDataPacket(long nowNanos) {
    acknowledgements.received(nowNanos);
  }

  /** When an acknowledgement must leave, or a reset must be asked for again. */
  long deadline() {
    return Math.min(acknowledgements.deadline(), resets.deadline());
  }

  /** Does what is due. True: a reset was not answered in time. */
  boolean onDeadline(long nowNanos) {
    acknowledgements.onDeadline(nowNanos);
    return nowNanos >= resets.deadline() && resets.onTimeout(nowNanos);
  }

  /** Whether the peer must be told now what has come. */
  boolean mustAcknowledge() {
    return acknowledgements.isDue();
  }

  /** Whether there is something to tell if a packet leaves anyway. */
  boolean mayAcknowledge() {
    return acknowledgements.isOwed();
  }

  /** Tells what has come. */
  void acknowledge(PacketWriter packet) {
    buffer.writeSack(packet);
    acknowledgements.sent();
  }
}
