package org.consultrelay.relay.sctp;

import org.jspecify.annotations.Nullable;

/**
 * The sending half of an association: what goes out when, and what becomes of it (RFC 9260 §6.1 to
 * §6.3, §7; RFC 3758 §3.5).
 */
final class Transmission {
  private static final int MAX_PAYLOAD = PacketWriter.MAX_CHUNK - Chunks.DATA_HEADER;

  /** Packets that leave in one go (RFC 9260 §6.1 D, Max.Burst). */
  private static final int MAX_BURST = 4;

  private static final long NEVER = Long.MAX_VALUE;

  private final SctpCounters counters;
  private final SendQueue messages;
  private final RetransmissionQueue queue;
  private final CongestionControl congestion = new CongestionControl();
  private final RoundTrip roundTrip;
  private long peerWindow;
  private boolean forwardTsn;
  private long timeoutAt = NEVER;
  private long lastSentAt;
  private boolean urgent;
  private int forwarded;
  private long forwardedAt;
  private boolean forwardAgain;
  private int burst;

  Transmission(int firstTsn, SctpLimits limits, RoundTrip roundTrip, SctpCounters counters) {
    this.counters = counters;
    this.roundTrip = roundTrip;
    messages = new SendQueue(limits.sendBuffer(), counters);
    queue = new RetransmissionQueue(firstTsn, messages, counters);
    forwarded = firstTsn - 1;
  }

  /** The association is up. */
  void open(StateCookie.Peer peer, long nowNanos) {
    peerWindow = peer.window();
    forwardTsn = peer.forwardTsn();
    queue.abandonable(forwardTsn);
    lastSentAt = nowNanos;
  }

  SendQueue messages() {
    return messages;
  }

  int nextTsn() {
    return queue.nextTsn();
  }

  /** Whether everything was sent and acknowledged. */
  boolean isDone() {
    return messages.isEmpty() && queue.isEmpty();
  }

  /** Bytes of receiver window that the peer last told of. */
  long peerWindow() {
    return peerWindow;
  }

  /** Whether {@link #write} may have something to write. */
  boolean hasSomething(long nowNanos) {
    return queue.hasLost() || (messages.next(nowNanos) != null && mayAdd(MAX_PAYLOAD));
  }

  /** Takes a SACK; false if it is to be dropped. */
  boolean onSack(SackChunk sack, long window, long nowNanos) {
    int flightBefore = queue.flight();
    if (!queue.acknowledge(sack, congestion.isRecovering(), roundTrip.minimum(), nowNanos)) {
      return false;
    }
    peerWindow = window;
    if (queue.roundTrip() >= 0) {
      roundTrip.measured(queue.roundTrip());
    } else if (queue.ackedBytes() > 0) {
      roundTrip.progressed();
    }
    congestion.acknowledged(
        queue.cumulativeTsn(),
        queue.isAdvanced(),
        queue.ackedBytes(),
        flightBefore,
        queue.flight());
    if (queue.isFastLoss()) {
      if (!congestion.isRecovering()) {
        counters.fastRetransmissions++;
        urgent = true;
      }
      congestion.lost(queue.nextTsn() - 1);
    }
    if (queue.isEmpty()) {
      timeoutAt = NEVER;
    } else if (queue.isAdvanced()) {
      timeoutAt = nowNanos + roundTrip.timeout();
    }
    forwardAgain |= nowNanos - forwardedAt >= roundTrip.smoothed();
    return true;
  }

  /** When the retransmission timer runs out. */
  long deadline() {
    return timeoutAt;
  }

  /** The retransmission timer ran out (RFC 9260 §6.3.3). */
  void onTimeout(long nowNanos) {
    counters.timeouts++;
    congestion.timedOut();
    roundTrip.backOff();
    queue.timedOut();
    urgent = false;
    forwardAgain = true;
    timeoutAt = nowNanos + roundTrip.timeout();
  }

  /** A new round of packets begins. */
  void begin(long nowNanos) {
    burst = 0;
    queue.expire(nowNanos);
    if (queue.isEmpty()) {
      congestion.idle((nowNanos - lastSentAt) / roundTrip.timeout());
    }
  }

  /**
   * Writes into a packet what may be sent now.
   *
   * @return whether the packet is full and there may be more for the next
   */
  boolean write(PacketWriter packet, long nowNanos) {
    writeForward(packet, nowNanos);
    boolean full = writeLost(packet, nowNanos);
    if (!queue.hasLost()) {
      full |= writeNew(packet, nowNanos);
    }
    if (!queue.isEmpty() && timeoutAt == NEVER) {
      timeoutAt = nowNanos + roundTrip.timeout();
    }
    return full && ++burst < MAX_BURST;
  }

  private void writeForward(PacketWriter packet, long nowNanos) {
    if (!forwardTsn || packet.room() < 64) {
      return;
    }
    int point = queue.forwardPoint();
    boolean due = forwardAgain || Serial.before(forwarded, point);
    if (due && Serial.before(queue.cumulativeTsn(), point)) {
      queue.writeForward(packet, point);
      forwarded = point;
      forwardedAt = nowNanos;
      forwardAgain = false;
    }
  }

  private boolean writeLost(PacketWriter packet, long nowNanos) {
    // The first packet after a loss was noticed leaves at once (RFC 9260 §7.2.4 point 3).
    boolean anyway = urgent;
    urgent = false;
    OutgoingChunk chunk;
    while ((chunk = queue.firstLost()) != null) {
      if (chunk.size() > packet.room()) {
        return true;
      }
      if (!anyway && queue.flight() > 0 && queue.flight() >= congestion.window()) {
        return false;
      }
      queue.resent(chunk, nowNanos);
      chunk.write(packet, true);
      lastSentAt = nowNanos;
    }
    return false;
  }

  private boolean writeNew(PacketWriter packet, long nowNanos) {
    @Nullable OutgoingMessage message;
    while ((message = messages.next(nowNanos)) != null) {
      int length = Math.min(message.payload.length - message.sent, MAX_PAYLOAD);
      int size = Chunks.DATA_HEADER + Chunks.padded(length);
      if (!mayAdd(size)) {
        return false;
      }
      if (size > packet.room()) {
        return true;
      }
      OutgoingChunk chunk = queue.add(message, length, nowNanos);
      if (message.isSent()) {
        messages.finish(message);
      }
      // Where nothing can follow, the peer's usual patience would be waiting for nothing.
      boolean last = messages.isEmpty() ? chunk.offset > 0 : !mayAdd(MAX_PAYLOAD);
      chunk.write(packet, last);
      lastSentAt = nowNanos;
    }
    return false;
  }

  private boolean mayAdd(int size) {
    int flight = queue.flight();
    // With nothing on its way one chunk is allowed into a closed window, to hear of its opening.
    return !queue.isFull()
        && (flight == 0 || (flight < congestion.window() && flight + size <= peerWindow));
  }
}
