package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
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

  private static final long MILLI = 1_000_000L;
  private static final long SACK_DELAY = 200 * MILLI;
  private static final long HEARTBEAT_INTERVAL = 30_000 * MILLI;
  private static final long NEVER = Long.MAX_VALUE;
  private static final int MAX_REPORT = 128;

  private final int remotePort;
  private final SctpLimits limits;
  private final RandomGenerator random;
  private final SctpCounters counters;
  private final LongConsumer deadlines;
  private final Listener listener;
  private final PacketWriter packet;
  private final RoundTrip roundTrip = new RoundTrip();
  private final Handshake handshake;
  private final Transmission transmission;
  private final Map<Integer, OutgoingMessage.Stream> streams = new HashMap<>();
  private final Crc32c crc = new Crc32c();
  private final TlvReader chunks = new TlvReader();
  private final SackChunk sack = new SackChunk();

  private State state = State.HANDSHAKE;
  private StateCookie.@Nullable Peer peer;
  private @Nullable ReceiveBuffer buffer;
  private @Nullable StreamResets resets;
  private boolean busy;
  private long now;
  private int errors;

  // Acknowledgements that we owe.
  private boolean sackDue;
  private int unacknowledged;
  private long sackAt = NEVER;

  private long shutdownAt = NEVER;
  private boolean shutdownDue;

  private long heardAt;
  private long heartbeatAt = NEVER;
  private boolean heartbeatAsked;
  private long heartbeatNonce;
  private long heartbeatSentAt;

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
    this.random = random;
    this.counters = counters;
    this.deadlines = deadlines;
    this.listener = listener;
    this.packet = new PacketWriter(remotePort, outlet, counters);
    this.handshake =
        new Handshake(packet, random, roundTrip, limits, counters, new HandshakeOutcome());
    this.transmission = new Transmission(handshake.localTsn(), limits, roundTrip, counters);
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

  /** Our side of a stream. */
  OutgoingMessage.Stream stream(int id) {
    return streams.computeIfAbsent(id, OutgoingMessage.Stream::new);
  }

  /** A stream is no longer used; begins anew if it is used again. */
  void forget(int id) {
    streams.remove(id);
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

  /** Drops what waits on a stream and has not begun. */
  void drop(int stream) {
    OutgoingMessage.Stream known = streams.get(stream);
    if (known != null) {
      transmission.messages().drop(known);
    }
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
      abort(Chunks.USER_INITIATED);
      fail(SctpFailure.SHUT_DOWN);
    }
  }

  /** Ends at once, without a callback. */
  void close(long nowNanos) {
    if (state != State.ENDED) {
      now = nowNanos;
      abort(Chunks.USER_INITIATED);
      end();
    }
  }

  // ---- time

  long deadline() {
    if (state == State.ENDED) {
      return NEVER;
    }
    long next = Math.min(handshake.deadline(), transmission.deadline());
    next = Math.min(next, Math.min(sackAt, shutdownAt));
    next = Math.min(next, heartbeatAt);
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
    if (nowNanos >= sackAt) {
      sackDue = true;
    }
    if (resets != null && nowNanos >= resets.deadline() && resets.onTimeout(nowNanos)) {
      roundTrip.backOff();
      struck();
    }
    if (nowNanos >= shutdownAt) {
      shutdownDue = true;
      roundTrip.backOff();
      struck();
    }
    if (nowNanos >= heartbeatAt) {
      heartbeat();
    }
    busy = false;
    flush();
  }

  /** Something went unanswered. */
  private void struck() {
    if (++errors > limits.maxRetransmissions() && state != State.ENDED) {
      abort(Chunks.USER_INITIATED);
      fail(SctpFailure.UNREACHABLE);
    }
  }

  /** Asks a silent peer for a sign of life (RFC 9260 §8.3). */
  private void heartbeat() {
    if (heartbeatAsked && heartbeatSentAt - heardAt > 0) {
      roundTrip.backOff();
      struck();
    } else if (now - heardAt < HEARTBEAT_INTERVAL) {
      heartbeatAsked = false;
      heartbeatAt = heardAt + HEARTBEAT_INTERVAL;
      return;
    }
    if (state == State.ENDED) {
      return;
    }
    heartbeatAsked = true;
    heartbeatNonce = random.nextLong();
    heartbeatSentAt = now;
    heartbeatAt = now + roundTrip.timeout();
    packet.begin(handshake.peerTag());
    packet.chunk(Chunks.HEARTBEAT, 0);
    packet.parameter(Chunks.HEARTBEAT_INFO).put64(heartbeatNonce).endParameter();
    packet.endChunk();
    packet.send();
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
    chunks.wrap(
        memory, offset + Chunks.PACKET_HEADER, length - Chunks.PACKET_HEADER);
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
      heardAt = nowNanos;
      // DTLS vouches for it. RFC 9260 §8.1 wants an acknowledgement, but where every third packet
      // is lost those may fail to come for long, and ICE's consent tells when the path is gone.
      errors = 0;
    }
    if (data && buffer != null) {
      owe();
    }
    busy = false;
    flush();
  }

  /** Whether the packet's tag is right for the chunk (RFC 9260 §8.5). */
  private boolean isTagged(int tag, int packetLength) {
    boolean ours = tag == handshake.localTag();
    return switch (chunks.chunkType()) {
      case Chunks.INIT ->
          tag == 0
              && Chunks.padded(chunks.length()) + Chunks.PACKET_HEADER >= packetLength;
      case Chunks.COOKIE_ECHO -> true; // the cookie itself tells
      case Chunks.ABORT, Chunks.SHUTDOWN_COMPLETE ->
          (chunks.flags() & Chunks.REFLECTED) == 0
              ? ours
              : tag != 0 && tag == handshake.peerTag();
      default -> ours;
    };
  }

  /** After the end only the peer's wish to end as well is answered (RFC 9260 §8.5.1 E). */
  private void onLateChunk(int tag) {
    if (chunks.chunkType() == Chunks.SHUTDOWN_ACK) {
      packet.begin(tag);
      packet.emptyChunk(Chunks.SHUTDOWN_COMPLETE, Chunks.REFLECTED);
      packet.send();
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
      case Chunks.HEARTBEAT -> onHeartbeat(memory);
      case Chunks.HEARTBEAT_ACK -> onHeartbeatAck(memory, at, length);
      case Chunks.ABORT -> {
        fail(
            state == State.HANDSHAKE ? SctpFailure.REFUSED : SctpFailure.ABORTED_BY_PEER);
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
    StreamResets reset = resets;
    if (received == null || reset == null) {
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
        onForwardTsn(received, memory, at, length);
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
        packet.begin(handshake.peerTag());
        packet.emptyChunk(Chunks.SHUTDOWN_COMPLETE, 0);
        packet.send();
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
      abort(Chunks.NO_USER_DATA); // RFC 9260 §3.3.1
      fail(SctpFailure.PROTOCOL_VIOLATION);
      return;
    }
    boolean gap = received.hasGap();
    ReceiveBuffer.Outcome outcome = received.onData(chunk);
    // RFC 9260 §6.2, §6.7: at once when asked to, when something is missing or came twice.
    sackDue |=
        outcome != ReceiveBuffer.Outcome.IN_ORDER
            || gap
            || (chunk.flags() & Chunks.IMMEDIATE) != 0
            || state == State.SHUTDOWN_SENT;
    shutdownDue |= state == State.SHUTDOWN_SENT;
  }

  /** A packet had data: every second one is acknowledged at once, others a little later. */
  private void owe() {
    if (++unacknowledged >= 2) {
      sackDue = true;
    } else if (sackAt == NEVER) {
      sackAt = now + SACK_DELAY;
    }
  }

  private void onSack(MemorySegment memory, long at, int length) {
    if (!sack.wrap(memory, at, length)) {
      counters.dropped(SctpDrop.MALFORMED);
    } else if (!transmission.onSack(sack, sack.window(), now)) {
      counters.dropped(SctpDrop.UNEXPECTED);
    }
  }

  private void onForwardTsn(ReceiveBuffer received, MemorySegment memory, long at, int length) {
    if (length < 4) {
      counters.dropped(SctpDrop.MALFORMED);
      return;
    }
    sackDue = true;
    if (received.forward(Bytes.i32(memory, at))) {
      for (int i = 4; i + 4 <= length; i += 4) {
        received.forwardStream(Bytes.u16(memory, at + i), Bytes.u16(memory, at + i + 2));
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

  private void onHeartbeat(MemorySegment memory) {
    int length = chunks.valueLength();
    if (length > PacketWriter.MAX_CHUNK - Chunks.HEADER || handshake.peerTag() == 0) {
      counters.dropped(SctpDrop.UNEXPECTED);
      return;
    }
    packet.begin(handshake.peerTag());
    packet
        .chunk(Chunks.HEARTBEAT_ACK, 0)
        .put(memory, chunks.valueOffset(), length)
        .endChunk();
    packet.send();
  }

  private void onHeartbeatAck(MemorySegment memory, long at, int length) {
    if (length == 12 && heartbeatAsked && Bytes.i64(memory, at + 4) == heartbeatNonce) {
      heartbeatAsked = false;
      roundTrip.measured(now - heartbeatSentAt);
      heartbeatAt = now + HEARTBEAT_INTERVAL;
    } else {
      counters.dropped(SctpDrop.UNEXPECTED);
    }
  }

  private boolean onUnknown(MemorySegment memory) {
    counters.dropped(SctpDrop.UNKNOWN);
    int highBits = chunks.chunkType() >> 6;
    if (Chunks.reports(highBits) && handshake.isEstablished()) {
      packet.begin(handshake.peerTag());
      packet.chunk(Chunks.ERROR, 0);
      packet
          .parameter(Chunks.UNRECOGNIZED_CHUNK)
          .put(memory, chunks.offset(), Math.min(chunks.length(), MAX_REPORT))
          .endParameter();
      packet.endChunk();
      packet.send();
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
      if (sackDue || unacknowledged > 0 && transmission.hasSomething(now)) {
        received.writeSack(packet);
        sackDue = false;
        unacknowledged = 0;
        sackAt = NEVER;
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

  private void abort(int cause) {
    if (handshake.peerTag() != 0) {
      packet.begin(handshake.peerTag());
      packet.chunk(Chunks.ABORT, 0);
      packet.parameter(cause).endParameter();
      packet.endChunk();
      packet.send();
    }
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
    streams.clear();
    buffer = null;
    resets = null;
  }

  private final class HandshakeOutcome implements Handshake.Outcome {
    @Override
    public void established(StateCookie.Peer by, long nowNanos) {
      peer = by;
      state = State.ESTABLISHED;
      errors = 0;
      heardAt = nowNanos;
      heartbeatAt = nowNanos + HEARTBEAT_INTERVAL;
      transmission.open(by, nowNanos);
      ReceiveBuffer received =
          new ReceiveBuffer(
              by.firstTsn(),
              limits,
              counters,
              (stream, payloadProtocol, payload) -> {
                if (isLive()) {
                  listener.message(stream, payloadProtocol, payload);
                }
              });
      buffer = received;
      resets =
          new StreamResets(
              handshake.localTsn(),
              by.firstTsn(),
              new ResetStreams(),
              transmission,
              received,
              roundTrip,
              counters);
      counters.established++;
      listener.established();
    }

    @Override
    public void failed(SctpFailure reason) {
      if (reason == SctpFailure.RESTARTED_BY_PEER) {
        abort(Chunks.USER_INITIATED);
      }
      fail(reason);
    }
  }

  private final class ResetStreams implements StreamResets.Streams {
    @Override
    public boolean isQuiet(int stream) {
      OutgoingMessage.Stream known = streams.get(stream);
      return known == null || known.queue.isEmpty() && known.bufferedBytes == 0;
    }

    @Override
    public void pause(int stream) {
      OutgoingMessage.Stream known = streams.get(stream);
      if (known != null) {
        transmission.messages().pause(known);
      }
    }

    @Override
    public void outgoingReset(int stream) {
      OutgoingMessage.Stream known = streams.get(stream);
      if (known != null) {
        known.nextSequence = 0;
        transmission.messages().resume(known);
      }
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
