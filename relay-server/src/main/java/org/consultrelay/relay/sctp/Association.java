package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** An SCTP association with one path (RFC 9260), which DTLS has (RFC 8261 §6). */
final class Association {
  /** Hears of an association; may call back. */
  interface Listener {
    /** Messages get through from now on. */
    void established();

    void message(int stream, int payloadProtocol, byte[] payload);

    /** The peer will send nothing more on a stream, until it begins anew. */
    void incomingReset(int stream);

    /** The same for all streams. */
    void incomingResetAll();

    /** The peer wants us to reset our side of a stream. */
    void resetWanted(int stream);

    /** Our side of a stream was reset and begins anew. */
    void outgoingReset(int stream);

    /** It is over. */
    void failed(SctpFailure reason);
  }

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

  private static final long NEVER = Long.MAX_VALUE;

  private final int remotePort;
  private final SctpLimits limits;
  private final SctpCounters counters;
  private final LongConsumer deadlines;
  private final Listener listener;
  private final PacketWriter packet;
  private final RoundTrip roundTrip = new RoundTrip();
  private final Handshake handshake;
  private final Transmission transmission;
  private final OutgoingStreams streams;
  private final Crc32c crc = new Crc32c();
  private final TlvReader chunks = new TlvReader();
  private final SackChunk sack = new SackChunk();
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private final Heartbeat heartbeat;
  private final Replies replies;

  private State state = State.HANDSHAKE;
  private StateCookie.@Nullable Peer peer;
  private @Nullable ReceiveBuffer buffer;
  private @Nullable Reassembly reassembly;
  private @Nullable StreamResets resets;
  private boolean busy;
  private long now;
  private int errors;

  private long shutdownAt = NEVER;
  private boolean shutdownDue;

  Association(
      int remotePort,
      SctpLimits limits,
      RandomGenerator random,
      SctpCounters counters,
      DataChannels.Outlet outlet,
      LongConsumer deadlines,
      Listener listener) {
    this.remotePort = remotePort;
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
  }

  // ---- what the owner asks for

  void start(long nowNanos) {
    if (state == State.HANDSHAKE) {
      handshake.start(nowNanos);
      deadlines.accept(deadline());
    }
  }

  boolean isUp() {
    return state == State.ESTABLISHED;
  }

  boolean isEnded() {
    return state == State.ENDED;
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
    if (resets == null || peer == null || !peer.reconfig()) {
      return false;
    }
    resets.want(stream);
    settle(nowNanos);
    return true;
  }

  void shutdown(long nowNanos) {
    if (state == State.ESTABLISHED) {
      state = State.SHUTDOWN_PENDING;
      settle(nowNanos);
    } else if (state == State.HANDSHAKE) {
      replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      fail(SctpFailure.SHUT_DOWN);
    }
  }

  /** Ends at once, without a callback. */
  void close(long nowNanos) {
    if (state != State.ENDED) {
      now = nowNanos;
      replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      end();
    }
  }

  // ---- time

  long deadline() {
    if (state == State.ENDED) {
      return NEVER;
    }
    long next = Math.min(handshake.deadline(), transmission.deadline());
    next = Math.min(next, Math.min(acknowledgements.deadline(), shutdownAt));
    next = Math.min(next, heartbeat.deadline());
    return resets == null ? next : Math.min(next, resets.deadline());
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
    acknowledgements.onDeadline(nowNanos);
    if (resets != null && nowNanos >= resets.deadline() && resets.onTimeout(nowNanos)) {
      roundTrip.backOff();
      struck();
    }
    if (nowNanos >= shutdownAt) {
      shutdownDue = true;
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
    if (++errors > limits.maxRetransmissions() && state != State.ENDED) {
      replies.abort(handshake.peerTag(), Chunks.USER_INITIATED);
      fail(SctpFailure.UNREACHABLE);
    }
  }

  // ---- what comes in

  void onPacket(MemorySegment memory, long offset, int length, long nowNanos) {
    counters.packetsReceived++;
    if (length < Chunks.PACKET_HEADER + Chunks.HEADER
        || Bytes.u16(memory, offset) != remotePort
        || Bytes.u16(memory, offset + 2) != DataChannels.PORT) {
      counters.dropped(SctpDrop.MALFORMED);
      return;
    }
    if (!crc.isRight(memory, offset, length)) {
      counters.dropped(SctpDrop.CHECKSUM);
      return;
    }
    now = nowNanos;
    busy = true;
    int tag = Bytes.i32(memory, offset + 4);
    chunks.wrap(memory, offset + Chunks.PACKET_HEADER, length - Chunks.PACKET_HEADER);
    boolean data = false;
    boolean heard = false;
    while (chunks.next()) {
      if (!isTagged(tag, length)) {
        counters.dropped(SctpDrop.TAG);
        break;
      }
      if (state == State.ENDED) {
        onLateChunk(tag);
        break;
      }
      heard = true;
      data |= chunks.chunkType() == Chunks.DATA;
      if (!onChunk(memory, tag)) {
        break;
      }
    }
    if (chunks.isMalformed()) {
      counters.dropped(SctpDrop.MALFORMED);
    }
    if (heard) {
      heartbeat.heard(nowNanos);
      // DTLS vouches for it. RFC 9260 §8.1 wants an acknowledgement, but where every third packet
      // is lost those may fail to come for long, and ICE's consent tells when the path is gone.
      errors = 0;
    }
    if (data && buffer != null) {
      acknowledgements.received(nowNanos);
    }
    busy = false;
    flush();
  }

  /** Whether the packet's tag is right for the chunk (RFC 9260 §8.5). */
  private boolean isTagged(int tag, int packetLength) {
    boolean ours = tag == handshake.localTag();
    return switch (chunks.chunkType()) {
      case Chunks.INIT ->
          tag == 0 && Chunks.padded(chunks.length()) + Chunks.PACKET_HEADER >= packetLength;
      case Chunks.COOKIE_ECHO -> true; // the cookie itself tells
      case Chunks.ABORT, Chunks.SHUTDOWN_COMPLETE ->
          (chunks.flags() & Chunks.REFLECTED) == 0 ? ours : tag != 0 && tag == handshake.peerTag();
      default -> ours;
    };
  }

  /** After the end only the peer's wish to end as well is answered (RFC 9260 §8.5.1 E). */
  private void onLateChunk(int tag) {
    if (chunks.chunkType() == Chunks.SHUTDOWN_ACK) {
      replies.shutdownComplete(tag, Chunks.REFLECTED);
    } else {
      counters.dropped(SctpDrop.UNEXPECTED);
    }
  }

  /** Returns whether the rest of the packet is to be read. */
  private boolean onChunk(MemorySegment memory, int tag) {
    long at = chunks.valueOffset();
    int length = chunks.valueLength();
    switch (chunks.chunkType()) {
      case Chunks.INIT -> {
        if (state == State.SHUTDOWN_ACK_SENT) {
          shutdownDue = true;
        } else {
          handshake.onInit(memory, at, length, now);
        }
      }
      case Chunks.INIT_ACK -> handshake.onInitAck(memory, at, length, now);
      case Chunks.COOKIE_ECHO -> {
        return handshake.onCookieEcho(memory, at, length, tag, now);
      }
      case Chunks.COOKIE_ACK -> handshake.onCookieAck(now);
      case Chunks.HEARTBEAT -> {
        if (!handshake.isEstablished() || !replies.heartbeat(handshake.peerTag(), memory, chunks)) {
          counters.dropped(SctpDrop.UNEXPECTED);
        }
      }
      case Chunks.HEARTBEAT_ACK -> {
        if (!heartbeat.onAnswer(memory, at, length, now)) {
          counters.dropped(SctpDrop.UNEXPECTED);
        }
      }
      case Chunks.ABORT -> {
        fail(state == State.HANDSHAKE ? SctpFailure.REFUSED : SctpFailure.ABORTED_BY_PEER);
        return false;
      }
      case Chunks.ERROR -> {
        if (length >= Chunks.HEADER && Bytes.u16(memory, at) == Chunks.STALE_COOKIE) {
          handshake.onStaleCookie(now);
        }
      }
      case Chunks.DATA,
          Chunks.SACK,
          Chunks.FORWARD_TSN,
          Chunks.RE_CONFIG,
          Chunks.SHUTDOWN,
          Chunks.SHUTDOWN_ACK,
          Chunks.SHUTDOWN_COMPLETE -> {
        if (state == State.HANDSHAKE || !onEstablished(memory, at, length)) {
          counters.dropped(SctpDrop.UNEXPECTED);
        }
      }
      default -> {
        return onUnknown(memory);
      }
    }
    return state != State.ENDED;
  }

  /** A chunk that needs an association. Returns false if it does not fit the state. */
  private boolean onEstablished(MemorySegment memory, long at, int length) {
    ReceiveBuffer received = buffer;
    Reassembly messages = reassembly;
    StreamResets reset = resets;
    if (received == null || messages == null || reset == null) {
      return false;
    }
    switch (chunks.chunkType()) {
      case Chunks.DATA -> {
        if (state == State.SHUTDOWN_RECEIVED || state == State.SHUTDOWN_ACK_SENT) {
          return false;
        }
        onData(received, memory, at, length);
        reset.onProgress();
      }
      case Chunks.SACK -> onSack(memory, at, length);
      case Chunks.FORWARD_TSN -> {
        onForwardTsn(received, messages, memory, at, length);
        reset.onProgress();
      }
      case Chunks.RE_CONFIG -> {
        if (!reset.onReconfig(memory, at, length)) {
          counters.dropped(SctpDrop.MALFORMED);
        }
      }
      case Chunks.SHUTDOWN -> onShutdown(memory, at, length);
      case Chunks.SHUTDOWN_ACK -> {
        if (state != State.SHUTDOWN_SENT && state != State.SHUTDOWN_ACK_SENT) {
          return false;
        }
        replies.shutdownComplete(handshake.peerTag(), 0);
        fail(SctpFailure.SHUT_DOWN);
      }
      default -> {
        if (state != State.SHUTDOWN_ACK_SENT) {
          return false;
        }
        fail(SctpFailure.SHUT_DOWN);
      }
    }
    return true;
  }

  private void onData(ReceiveBuffer received, MemorySegment memory, long at, int length) {
    IncomingChunk chunk = IncomingChunk.parse(memory, at, length, chunks.flags());
    if (chunk == null) {
      counters.dropped(SctpDrop.MALFORMED);
      replies.abort(handshake.peerTag(), Chunks.NO_USER_DATA); // RFC 9260 §3.3.1
      fail(SctpFailure.PROTOCOL_VIOLATION);
      return;
    }
    boolean gap = received.hasGap();
    ReceiveBuffer.Outcome outcome = received.onData(chunk);
    // RFC 9260 §6.2, §6.7: at once when asked to, when something is missing or came twice.
    if (outcome != ReceiveBuffer.Outcome.IN_ORDER
        || gap
        || (chunk.flags() & Chunks.IMMEDIATE) != 0
        || state == State.SHUTDOWN_SENT) {
      acknowledgements.hurry();
    }
    shutdownDue |= state == State.SHUTDOWN_SENT;
  }

  private void onSack(MemorySegment memory, long at, int length) {
    if (!sack.wrap(memory, at, length)) {
      counters.dropped(SctpDrop.MALFORMED);
    } else if (!transmission.onSack(sack, sack.window(), now)) {
      counters.dropped(SctpDrop.UNEXPECTED);
    }
  }

  private void onForwardTsn(
      ReceiveBuffer received, Reassembly messages, MemorySegment memory, long at, int length) {
    if (length < 4) {
      counters.dropped(SctpDrop.MALFORMED);
      return;
    }
    acknowledgements.hurry();
    if (received.forward(Bytes.i32(memory, at))) {
      for (int i = 4; i + 4 <= length; i += 4) {
        messages.skipTo(Bytes.u16(memory, at + i), Bytes.u16(memory, at + i + 2));
      }
      received.resume();
    }
  }

  private void onShutdown(MemorySegment memory, long at, int length) {
    if (length < 4) {
      counters.dropped(SctpDrop.MALFORMED);
      return;
    }
    transmission.onSack(sack.cumulative(memory, at), transmission.peerWindow(), now);
    switch (state) {
      case ESTABLISHED, SHUTDOWN_PENDING -> state = State.SHUTDOWN_RECEIVED;
      case SHUTDOWN_SENT -> {
        state = State.SHUTDOWN_ACK_SENT; // both at once (RFC 9260 §9.2)
        shutdownDue = true;
      }
      case SHUTDOWN_ACK_SENT -> shutdownDue = true;
      default -> {}
    }
  }

  private boolean onUnknown(MemorySegment memory) {
    counters.dropped(SctpDrop.UNKNOWN);
    int highBits = chunks.chunkType() >> 6;
    if (Chunks.reports(highBits) && handshake.isEstablished()) {
      replies.unrecognized(handshake.peerTag(), memory, chunks);
    }
    return Chunks.skips(highBits);
  }

  // ---- what goes out

  /** Something was asked from outside, or from a callback. */
  private void settle(long nowNanos) {
    if (!busy && state != State.ENDED) {
      now = nowNanos;
      flush();
      deadlines.accept(deadline());
    }
  }

  private void flush() {
    ReceiveBuffer received = buffer;
    if (state == State.ENDED || state == State.HANDSHAKE || received == null) {
      return;
    }
    if (state != State.SHUTDOWN_SENT && state != State.SHUTDOWN_ACK_SENT) {
      transmission.begin(now);
    }
    boolean more = true;
    while (more && isLive()) {
      packet.begin(handshake.peerTag());
      // Data takes an acknowledgement along.
      if (acknowledgements.isDue()
          || (acknowledgements.isOwed() && transmission.hasSomething(now))) {
        received.writeSack(packet);
        acknowledgements.sent();
      }
      more = writeRest(received);
      packet.send();
    }
  }

  private boolean isLive() {
    return state != State.ENDED;
  }

  private boolean writeRest(ReceiveBuffer received) {
    if (state == State.SHUTDOWN_PENDING && transmission.isDone()) {
      state = State.SHUTDOWN_SENT;
      shutdownDue = true;
    } else if (state == State.SHUTDOWN_RECEIVED && transmission.isDone()) {
      state = State.SHUTDOWN_ACK_SENT;
      shutdownDue = true;
    }
    if (shutdownDue) {
      shutdownDue = false;
      shutdownAt = now + roundTrip.timeout();
      if (state == State.SHUTDOWN_SENT) {
        packet.chunk(Chunks.SHUTDOWN, 0).put32(received.cumulativeTsn()).endChunk();
      } else if (state == State.SHUTDOWN_ACK_SENT) {
        packet.emptyChunk(Chunks.SHUTDOWN_ACK, 0);
      }
    }
    if (state == State.SHUTDOWN_SENT || state == State.SHUTDOWN_ACK_SENT) {
      return false;
    }
    if (resets != null) {
      resets.write(packet, now);
    }
    return transmission.write(packet, now);
  }

  private void fail(SctpFailure reason) {
    if (state != State.ENDED) {
      end();
      counters.failed(reason);
      listener.failed(reason);
    }
  }

  private void end() {
    state = State.ENDED;
    handshake.stop();
    buffer = null;
    reassembly = null;
    resets = null;
  }

  private final class HandshakeOutcome implements Handshake.Outcome {
    @Override
    public void established(StateCookie.Peer by, long nowNanos) {
      peer = by;
      state = State.ESTABLISHED;
      errors = 0;
      heartbeat.start(nowNanos);
      transmission.open(by, nowNanos);
      Events events = new Events();
      Reassembly messages = new Reassembly(limits.maxMessageSize(), counters, events);
      ReceiveBuffer received =
          new ReceiveBuffer(by.firstTsn(), limits.receiveBuffer(), messages, counters);
      reassembly = messages;
      buffer = received;
      resets =
          new StreamResets(
              handshake.localTsn(),
              by.firstTsn(),
              streams,
              transmission,
              received,
              messages,
              roundTrip,
              counters,
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

  /** Nothing is told any more once the owner has ended it, perhaps in a callback. */
  private final class Events implements Reassembly.Receiver, StreamResets.Listener {
    @Override
    public void message(int stream, int payloadProtocol, byte[] payload) {
      if (isLive()) {
        listener.message(stream, payloadProtocol, payload);
      }
    }

    @Override
    public void outgoingReset(int stream) {
      if (isLive()) {
        listener.outgoingReset(stream);
      }
    }

    @Override
    public void incomingReset(int stream) {
      if (isLive()) {
        listener.incomingReset(stream);
      }
    }

    @Override
    public void incomingResetAll() {
      if (isLive()) {
        listener.incomingResetAll();
      }
    }

    @Override
    public void resetWanted(int stream) {
      if (isLive()) {
        listener.resetWanted(stream);
      }
    }
  }
}
