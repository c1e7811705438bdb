package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** Reads the packets of an association and hands on their chunks. */
final class IncomingPackets {
  /** The association. */
  interface Owner {
    /** What is there once it is up; null before and after. */
    @Nullable Reception reception();

    /** The peer lives. */
    void heard();

    /** It is over. */
    void fail(SctpFailure reason);
  }

  private final int remotePort;
  private final SctpCounters counters;
  private final AssociationState state;
  private final Handshake handshake;
  private final Heartbeat heartbeat;
  private final Transmission transmission;
  private final Replies replies;
  private final Owner owner;
  private final Crc32c crc = new Crc32c();
  private final TlvReader chunks = new TlvReader();
  private final SackChunk sack = new SackChunk();
  private long now;

  IncomingPackets(
      int remotePort,
      SctpCounters counters,
      AssociationState state,
      Handshake handshake,
      Heartbeat heartbeat,
      Transmission transmission,
      Replies replies,
      Owner owner) {
    this.remotePort = remotePort;
    this.counters = counters;
    this.state = state;
    this.handshake = handshake;
    this.heartbeat = heartbeat;
    this.transmission = transmission;
    this.replies = replies;
    this.owner = owner;
  }

  /** Whether it is a packet for us, unbroken; counted when not. */
  boolean isSound(MemorySegment memory, long offset, int length) {
    counters.packetsReceived++;
    if (length < Chunks.PACKET_HEADER + Chunks.HEADER
        || Bytes.u16(memory, offset) != remotePort
        || Bytes.u16(memory, offset + 2) != DataChannels.PORT) {
      counters.dropped(SctpDrop.MALFORMED);
      return false;
    }
    if (!crc.isRight(memory, offset, length)) {
      counters.dropped(SctpDrop.CHECKSUM);
      return false;
    }
    return true;
  }

  /** Reads a sound packet. */
  void read(MemorySegment memory, long offset, int length, long nowNanos) {
    now = nowNanos;
    int tag = Bytes.i32(memory, offset + 4);
    chunks.wrap(memory, offset + Chunks.PACKET_HEADER, length - Chunks.PACKET_HEADER);
    boolean data = false;
    boolean heard = false;
    while (chunks.next()) {
      if (!isTagged(tag, length)) {
        counters.dropped(SctpDrop.TAG);
        break;
      }
      if (state.isEnded()) {
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
      owner.heard();
    }
    Reception reception = owner.reception();
    if (data && reception != null) {
      reception.onDataPacket(nowNanos);
    }
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
        if (!state.onInit()) {
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
        owner.fail(state.isHandshake() ? SctpFailure.REFUSED : SctpFailure.ABORTED_BY_PEER);
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
        Reception reception = owner.reception();
        if (reception == null || !onEstablished(reception, memory, at, length)) {
          counters.dropped(SctpDrop.UNEXPECTED);
        }
      }
      default -> {
        return onUnknown(memory);
      }
    }
    return !state.isEnded();
  }

  /** A chunk that needs an association. Returns false if it does not fit the state. */
  private boolean onEstablished(Reception reception, MemorySegment memory, long at, int length) {
    switch (chunks.chunkType()) {
      case Chunks.DATA -> {
        if (!state.takesData()) {
          return false;
        }
        if (!reception.onData(memory, at, length, chunks.flags(), state)) {
          counters.dropped(SctpDrop.MALFORMED);
          replies.abort(handshake.peerTag(), Chunks.NO_USER_DATA); // RFC 9260 §3.3.1
          owner.fail(SctpFailure.PROTOCOL_VIOLATION);
        }
        reception.resets().onProgress();
      }
      case Chunks.SACK -> onSack(memory, at, length);
      case Chunks.FORWARD_TSN -> {
        if (!reception.onForwardTsn(memory, at, length)) {
          counters.dropped(SctpDrop.MALFORMED);
        }
        reception.resets().onProgress();
      }
      case Chunks.RE_CONFIG -> {
        if (!reception.resets().onReconfig(memory, at, length)) {
          counters.dropped(SctpDrop.MALFORMED);
        }
      }
      case Chunks.SHUTDOWN -> onShutdown(memory, at, length);
      case Chunks.SHUTDOWN_ACK -> {
        if (!state.fitsShutdownAck()) {
          return false;
        }
        replies.shutdownComplete(handshake.peerTag(), 0);
        owner.fail(SctpFailure.SHUT_DOWN);
      }
      default -> {
        if (!state.fitsShutdownComplete()) {
          return false;
        }
        owner.fail(SctpFailure.SHUT_DOWN);
      }
    }
    return true;
  }

  private void onSack(MemorySegment memory, long at, int length) {
    if (!sack.wrap(memory, at, length)) {
      counters.dropped(SctpDrop.MALFORMED);
    } else if (!transmission.onSack(sack, sack.window(), now)) {
      counters.dropped(SctpDrop.UNEXPECTED);
    }
  }

  private void onShutdown(MemorySegment memory, long at, int length) {
    if (length < 4) {
      counters.dropped(SctpDrop.MALFORMED);
      return;
    }
    transmission.onSack(sack.cumulative(memory, at), transmission.peerWindow(), now);
    state.onShutdown();
  }

  private boolean onUnknown(MemorySegment memory) {
    counters.dropped(SctpDrop.UNKNOWN);
    int highBits = chunks.chunkType() >> 6;
    if (Chunks.reports(highBits) && handshake.isEstablished()) {
      replies.unrecognized(handshake.peerTag(), memory, chunks);
    }
    return Chunks.skips(highBits);
  }
}
