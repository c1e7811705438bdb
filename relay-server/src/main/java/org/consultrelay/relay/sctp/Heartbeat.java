package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.wire.Bytes;

/** Asks a silent peer for a sign of life (RFC 9260 §8.3); anything that it sends is one. */
final class Heartbeat {
  private static final long INTERVAL = 30_000_000_000L;
  private static final int LENGTH = 12;

  private final PacketWriter packet;
  private final RandomGenerator random;
  private final RoundTrip roundTrip;
  private long heardAt;
  private long at = Long.MAX_VALUE;
  private boolean asked;
  private long nonce;
  private long sentAt;

  Heartbeat(PacketWriter packet, RandomGenerator random, RoundTrip roundTrip) {
    this.packet = packet;
    this.random = random;
    this.roundTrip = roundTrip;
  }

  void start(long nowNanos) {
    heardAt = nowNanos;
    at = nowNanos + INTERVAL;
  }

  /** Something came from the peer. */
  void heard(long nowNanos) {
    heardAt = nowNanos;
  }

  /** When {@link #onDeadline} is to be called. */
  long deadline() {
    return at;
  }

  /** Returns whether the peer has not answered, of which the caller keeps count. */
  boolean onDeadline(int peerTag, long nowNanos) {
    boolean unanswered = asked && sentAt - heardAt > 0;
    if (!unanswered && nowNanos - heardAt < INTERVAL) {
      asked = false;
      at = heardAt + INTERVAL;
      return false;
    }
    if (unanswered) {
      roundTrip.backOff();
    }
    asked = true;
    nonce = random.nextLong();
    sentAt = nowNanos;
    at = nowNanos + roundTrip.timeout();
    packet.begin(peerTag);
    packet.chunk(Chunks.HEARTBEAT, 0);
    packet.parameter(Chunks.HEARTBEAT_INFO).put64(nonce).endParameter();
    packet.endChunk();
    packet.send();
    return unanswered;
  }

  /** Takes the value of a HEARTBEAT ACK; false if it answers nothing. */
  boolean onAnswer(MemorySegment memory, long offset, int length, long nowNanos) {
    if (length != LENGTH || !asked || Bytes.i64(memory, offset + 4) != nonce) {
      return false;
    }
    asked = false;
    roundTrip.measured(nowNanos - sentAt);
    at = nowNanos + INTERVAL;
    return true;
  }
}
