package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An SCTP association with one path (RFC 9260), which DTLS has (RFC 8261 §6). */
final class Association {
  private static final long NEVER = Long.MAX_VALUE;

  private final SctpLimits limits;
  private final SctpCounters counters;
  private final LongConsumer deadlines;
  private final AssociationListener listener;
  private final PacketWriter packet;
  private final RoundTrip roundTrip = new RoundTrip();
  private final AssociationState state = new AssociationState();
  private final Handshake handshake;
  private final Transmission transmission;
  private final OutgoingStreams streams;
  private final Heartbeat heartbeat;
  private final Replies replies;
  private final IncomingPackets incoming;

  private StateCookie.@Nullable Peer peer;
  private @Nullable Reception reception;
  private boolean busy;
  private long now;
  private int errors;

  Association(
      int remotePort,
      SctpLimits limits,
      RandomGenerator random,
      SctpCounters counters,
      DataChannels.Outlet outlet,
      LongConsumer deadlines,
      AssociationListener listener) {
    this.limits = limits;
    this.counters = counters;
    this.deadlines = deadlines;
    this.listener = listener;
    this.packet = new PacketWriter(remotePort, outlet, counters);
    this.replies = new Replies(packet);
    this.heartbeat = new Heartbeat(packet, random, roundTrip);
    this.handshake =
        new Handshake(packet, random, roundTrip, limits, counters, new HandshakeOutcome());
    this.transmission = new Transmission(handshake.localTsn(), limits, roundTrip, counters);
    this.streams = new OutgoingStreams(transmission.messages());
    this.incoming =
        new IncomingPackets(
            remotePort,
            counters,
            state,
            handshake,
            heartbeat,
            transmission,
            replies,
            new IncomingOwner());
  }

  // ---- what the owner asks for

  void start(long nowNanos) {
    if (state.isHandshake()) {
      handshake.start(nowNanos);
      deadlines.accept(deadline());
    }
  }

  boolean isUp() {
    return state.isUp();
  }

  boolean isEnded() {
    return state.isEnded();
  }

  /** Streams that we may send on; all while that is not known. */
  int outgoingStreams() {
    return peer == null ? Handshake.STREAMS : Math.min(peer.inStreams(), Handshake.STREAMS);
  }

  OutgoingStreams streams() {
    return streams;
  }

  boolean hasRoom(int length) {
    return transmission.messages().hasRoom(length);
  }

  long bufferedBytes() {
    return transmission.messages().bufferedBytes();
  }

  /** Queues a message and sends what may be sent. */
  void send(OutgoingMessage message, long nowNanos) {
    transmission.messages().add(message);
    settle(nowNanos);
  }

  /** Resets our side of a stream once all sent on it has arrived. False: the peer cannot. */
  boolean reset(int stream, long nowNanos) {
    if (reception == null || peer == null || !peer.reconfig()) {
      return false;
    }
    reception.resets().want(stream);
    settle(nowNanos);
    return true;
  }

  void shutdown(long nowNanos) {
    if (state.shutDown()) {
      settle(nowNanos);
    } else if (state.isHandshake()) {
      replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      fail(SctpFailure.SHUT_DOWN);
    }
  }

  /** Ends at once, without a callback. */
  void close(long nowNanos) {
    if (!state.isEnded()) {
      now = nowNanos;
      replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      end();
    }
  }

  // ---- time

  long deadline() {
    if (state.isEnded()) {
      return NEVER;
    }
    long next = Math.min(handshake.deadline(), transmission.deadline());
    next = Math.min(next, Math.min(heartbeat.deadline(), state.deadline()));
    return reception == null ? next : Math.min(next, reception.deadline());
  }

  void onDeadline(long nowNanos) {
    if (nowNanos < deadline()) {
      return;
    }
    now = nowNanos;
    busy = true;
    handshake.onDeadline(nowNanos);
    if (nowNanos >= transmission.deadline()) {
      transmission.onTimeout(nowNanos);
      struck();
    }
    if (reception != null && reception.onDeadline(nowNanos)) {
      roundTrip.backOff();
      struck();
    }
    if (state.onDeadline(nowNanos)) {
      roundTrip.backOff();
      struck();
    }
    if (isLive()
        && nowNanos >= heartbeat.deadline()
        && heartbeat.onDeadline(handshake.peerTag(), nowNanos)) {
      struck();
    }
    busy = false;
    flush();
  }

  /** Something went unanswered. */
  private void struck() {
    if (++errors > limits.maxRetransmissions() && isLive()) {
      replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      fail(SctpFailure.UNREACHABLE);
    }
  }

  // ---- what comes in

  void onPacket(MemorySegment memory, long offset, int length, long nowNanos) {
    if (incoming.isSound(memory, offset, length)) {
      now = nowNanos;
      busy = true;
      incoming.read(memory, offset, length, nowNanos);
      busy = false;
      flush();
    }
  }

  // ---- what goes out

  /** Something was asked from outside, or from a callback. */
  private void settle(long nowNanos) {
    if (!busy && isLive()) {
      now = nowNanos;
      flush();
      deadlines.accept(deadline());
    }
  }

  private void flush() {
    Reception received = reception;
    if (received == null) {
      return;
    }
    if (state.sendsData()) {
      transmission.begin(now);
    }
    boolean more = true;
    while (more && isLive()) {
      packet.begin(handshake.peerTag());
      // Data takes an acknowledgement along.
      if (received.mustAcknowledge()
          || (received.mayAcknowledge() && transmission.hasSomething(now))) {
        received.acknowledge(packet);
      }
      more = writeRest(received);
      packet.send();
    }
  }

  private boolean isLive() {
    return !state.isEnded();
  }

  private boolean writeRest(Reception received) {
    if (transmission.isDone()) {
      state.allArrived();
    }
    state.write(packet, received.cumulativeTsn(), now, roundTrip.timeout());
    if (!state.sendsData()) {
      return false;
    }
    received.resets().write(packet, now);
    return transmission.write(packet, now);
  }

  private void fail(SctpFailure reason) {
    if (isLive()) {
      end();
      counters.failed(reason);
      listener.failed(reason);
    }
  }

  private void end() {
    state.end();
    handshake.stop();
    reception = null;
  }

  private final class HandshakeOutcome implements Handshake.Outcome {
    @Override
    public void established(StateCookie.Peer by, long nowNanos) {
      peer = by;
      state.established();
      errors = 0;
      heartbeat.start(nowNanos);
      transmission.open(by, nowNanos);
      LiveEvents events = new LiveEvents(state, listener);
      reception =
          new Reception(
              by,
              handshake.localTsn(),
              limits,
              streams,
              transmission,
              roundTrip,
              counters,
              events,
              events);
      counters.established++;
      listener.established();
    }

    @Override
    public void failed(SctpFailure reason) {
      if (reason == SctpFailure.RESTARTED_BY_PEER) {
        replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      }
      fail(reason);
    }
  }

  private final class IncomingOwner implements IncomingPackets.Owner {
    @Override
    public @Nullable Reception reception() {
      return reception;
    }

    @Override
    public void heard() {
      // DTLS vouches for it. RFC 9260 §8.1 wants an acknowledgement, but where every third packet
      // is lost those may fail to come for long, and ICE's consent tells when the path is gone.
      errors = 0;
    }

    @Override
    public void fail(SctpFailure reason) {
      Association.this.fail(reason);
    }
  }
}
