package org.consultrelay.relay.sctp;

import java.util.LinkedHashMap;
import org.consultrelay.relay.sctp.OutgoingChunk.State;
import org.jspecify.annotations.Nullable;

/** Chunks that have TSNs and are not acknowledged for good, by TSN (RFC 9260 §6.2.1, §7.2.4). */
final class RetransmissionQueue {
  /** No more chunks are kept, however short they are. */
  static final int MAX_CHUNKS = 4_096;

  private static final int STRIKES = 3;

  private final SendQueue messages;
  private final SctpCounters counters;
  private @Nullable OutgoingChunk[] ring = new OutgoingChunk[16];
  private int first;
  private int next;
  private int flight;
  private int flying;
  private long order;
  private int lost;
  private boolean forwardTsn;

  // What the latest acknowledgement came to.
  private int ackedBytes;
  private boolean advanced;
  private boolean fastLoss;
  private long roundTrip;
  private long newest;
  private long latest;

  RetransmissionQueue(int firstTsn, SendQueue messages, SctpCounters counters) {
    this.first = firstTsn;
    this.next = firstTsn;
    this.messages = messages;
    this.counters = counters;
  }

  /** Whether messages may be given up: the peer must understand FORWARD TSN. */
  void abandonable(boolean may) {
    forwardTsn = may;
  }

  /** The TSN that the next chunk will get. */
  int nextTsn() {
    return next;
  }

  /** Up to where the peer has everything. */
  int cumulativeTsn() {
    return first - 1;
  }

  /** Bytes that are on their way as far as we know. */
  int flight() {
    return flight;
  }

  boolean isEmpty() {
    return first == next;
  }

  boolean isFull() {
    return next - first >= MAX_CHUNKS;
  }

  /** Whether chunks wait to be sent again. */
  boolean hasLost() {
    return lost > 0;
  }

  /** Gives the next bytes of a message a TSN. They are sent at once. */
  OutgoingChunk add(OutgoingMessage message, int length, long nowNanos) {
    OutgoingChunk chunk = new OutgoingChunk(message, next, message.sent, length);
    if (!message.isBegun()) {
      message.firstTsn = next;
      if (message.ordered) {
        message.sequence = message.stream.nextSequence;
        message.stream.nextSequence = message.sequence + 1 & 0xFFFF;
      }
    }
    message.sent += length;
    put(chunk);
    sent(chunk, nowNanos);
    counters.chunksSent++;
    return chunk;
  }

  private void put(OutgoingChunk chunk) {
    if (next - first == ring.length) {
      @Nullable OutgoingChunk[] larger = new OutgoingChunk[2 * ring.length];
      for (int tsn = first; tsn != next; tsn++) {
        larger[tsn & (larger.length - 1)] = ring[tsn & (ring.length - 1)];
      }
      ring = larger;
    }
    ring[next & (ring.length - 1)] = chunk;
    next++;
    chunk.message.chunks++;
  }

  private OutgoingChunk at(int tsn) {
    OutgoingChunk chunk = ring[tsn & (ring.length - 1)];
    if (chunk == null) {
      throw new IllegalStateException("no chunk " + (tsn - first) + " of " + (next - first));
    }
    return chunk;
  }

  private void sent(OutgoingChunk chunk, long nowNanos) {
    chunk.state = State.IN_FLIGHT;
    chunk.transmissions++;
    chunk.missing = 0;
    chunk.order = ++order;
    chunk.sentAt = nowNanos;
    depart(chunk);
  }

  /**
   * Gives up messages whose time is over, if parts of them are still to be sent (RFC 3758 §4.1).
   */
  void expire(long nowNanos) {
    OutgoingMessage begun = messages.begun();
    if (forwardTsn && begun != null && begun.isExpired(nowNanos)) {
      abandon(begun);
    }
    int end = next;
    for (int tsn = first; tsn != end && lost > 0 && forwardTsn; tsn++) {
      OutgoingChunk chunk = at(tsn);
      if (chunk.state == State.LOST && chunk.message.isExpired(nowNanos)) {
        abandon(chunk.message);
      }
    }
  }

  /** The first chunk that is to be sent again, or null. */
  @Nullable OutgoingChunk firstLost() {
    for (int tsn = first; tsn != next && lost > 0; tsn++) {
      OutgoingChunk chunk = at(tsn);
      if (chunk.state == State.LOST) {
        return chunk;
      }
    }
    return null;
  }

  /** A lost chunk is sent again now. */
  void resent(OutgoingChunk chunk, long nowNanos) {
    lost--;
    sent(chunk, nowNanos);
    counters.chunksRetransmitted++;
  }

  /**
   * Takes an acknowledgement; false if it is of something that was never sent, or older than one
   * that came before.
   *
   * @param strict whether in recovery, where every advance counts against what is missing
   * @param shortest no round trip is shorter, in nanoseconds
   */
  boolean acknowledge(SackChunk sack, boolean strict, long shortest, long nowNanos) {
    int cumulative = sack.cumulativeTsn();
    int arrived = cumulative - (first - 1);
    if (arrived < 0 || arrived > next - first) {
      return false;
    }
    ackedBytes = 0;
    fastLoss = false;
    roundTrip = -1;
    newest = 0;
    latest = 0;
    advanced = arrived > 0;
    while (first != cumulative + 1) {
      OutgoingChunk chunk = at(first);
      acked(chunk, shortest, nowNanos);
      ring[first & (ring.length - 1)] = null;
      first++;
      OutgoingMessage message = chunk.message;
      message.chunks--;
      if (message.chunks == 0 && message.isSent() && !message.abandoned) {
        messages.release(message);
      }
    }
    int tsn = first;
    int highest = cumulative;
    for (int i = 0; i < sack.blocks(); i++) {
      int start = cumulative + sack.start(i);
      int end = cumulative + sack.end(i);
      if (Serial.before(start, tsn) || Serial.before(end, start) || !Serial.before(end, next)) {
        break; // what follows makes no sense
      }
      for (; tsn != start; tsn++) {
        reneged(at(tsn));
      }
      for (; tsn != end + 1; tsn++) {
        acked(at(tsn), shortest, nowNanos);
      }
      highest = end;
    }
    for (; tsn != next; tsn++) {
      reneged(at(tsn));
    }
    strike(strict && advanced ? highest : cumulative);
    return true;
  }

  /** The chunk has come. */
  private void acked(OutgoingChunk chunk, long shortest, long nowNanos) {
    switch (chunk.state) {
      case IN_FLIGHT -> arrive(chunk);
      case LOST -> lost--;
      case ACKNOWLEDGED, ABANDONED -> {
        return;
      }
    }
    chunk.state = State.ACKNOWLEDGED;
    ackedBytes += chunk.size();
    if (chunk.order > latest) {
      // What was sent last has caused the answer. If that was sent twice, who knows which one.
      latest = chunk.order;
      roundTrip = chunk.transmissions == 1 ? nowNanos - chunk.sentAt : -1;
    }
    // An answer that comes too soon is to what was sent before, and says nothing about the order.
    if (chunk.transmissions == 1 || nowNanos - chunk.sentAt >= shortest) {
      newest = Math.max(newest, chunk.order);
    }
  }

  private void depart(OutgoingChunk chunk) {
    flight += chunk.size();
    flying++;
  }

  private void arrive(OutgoingChunk chunk) {
    flight -= chunk.size();
    flying--;
  }

  /** The peer had it but has it no more (RFC 9260 §6.2.1 iii). */
  private void reneged(OutgoingChunk chunk) {
    if (chunk.state == State.ACKNOWLEDGED) {
      chunk.state = State.IN_FLIGHT;
      chunk.missing = 0;
      depart(chunk);
    }
  }

  /**
   * Counts what is missing though something that was sent later has come (RFC 9260 §7.2.4; by the
   * order of sending, so that what was sent again and lost again is noticed too), and what is
   * missing up to that TSN in any case.
   */
  private void strike(int anyUpTo) {
    // With little on its way there will not be three answers to tell of a loss (RFC 5827).
    int few = messages.isEmpty() ? Math.clamp(flying - 1, 1, STRIKES) : STRIKES;
    for (int tsn = first; tsn != next; tsn++) {
      OutgoingChunk chunk = at(tsn);
      boolean missing =
          chunk.state == State.IN_FLIGHT
              && (chunk.order < newest
                  || (chunk.transmissions == 1 && Serial.before(chunk.tsn, anyUpTo)));
      if (missing && ++chunk.missing >= (chunk.message.isReliable() ? few : STRIKES)) {
        fastLoss = true;
        lose(chunk);
      }
    }
  }

  private void lose(OutgoingChunk chunk) {
    arrive(chunk);
    chunk.state = State.LOST;
    lost++;
    if (forwardTsn && chunk.transmissions > chunk.message.maxRetransmissions) {
      abandon(chunk.message);
    }
  }

  /** No acknowledgement came in time: all that is on its way is held to be lost. */
  void timedOut() {
    for (int tsn = first; tsn != next; tsn++) {
      OutgoingChunk chunk = at(tsn);
      if (chunk.state == State.IN_FLIGHT) {
        lose(chunk);
      }
    }
  }

  /** Gives a message up, of which some chunk has a TSN (RFC 3758 §3.5 A3). */
  private void abandon(OutgoingMessage message) {
    if (message.abandoned) {
      return;
    }
    message.abandoned = true;
    counters.messagesAbandoned++;
    if (!message.isSent()) {
      messages.finish(message);
      // The peer may have all that was sent. A number that never comes tells it of the end.
      OutgoingChunk last = new OutgoingChunk(message, next, message.sent, 0);
      last.state = State.ABANDONED;
      put(last);
    }
    messages.release(message);
    for (int tsn = Serial.later(message.firstTsn, first); tsn != next; tsn++) {
      OutgoingChunk chunk = at(tsn);
      if (chunk.message != message) {
        break;
      }
      if (chunk.state == State.IN_FLIGHT) {
        arrive(chunk);
      } else if (chunk.state == State.LOST) {
        lost--;
      }
      chunk.state = State.ABANDONED;
    }
  }

  /** Up to where the peer need not wait any more; {@link #cumulativeTsn} if it is to wait. */
  int forwardPoint() {
    int point = first - 1;
    for (int tsn = first; tsn != next; tsn++) {
      State state = at(tsn).state;
      if (state == State.ABANDONED) {
        point = tsn;
      } else if (state != State.ACKNOWLEDGED) {
        break;
      }
    }
    return point;
  }

  /** Writes a FORWARD TSN up to that point, or to as far as its streams fit (RFC 3758 §3.2). */
  void writeForward(PacketWriter packet, int point) {
    // Of each stream the last one that was given up: the later of two overwrites the earlier.
    LinkedHashMap<Integer, Integer> skipped = new LinkedHashMap<>();
    int most = (packet.room() - 8) / 4;
    int reached = first - 1;
    for (int tsn = first; tsn != point + 1; tsn++) {
      OutgoingChunk chunk = at(tsn);
      if (chunk.state == State.ABANDONED && chunk.message.ordered) {
        if (skipped.size() == most && !skipped.containsKey(chunk.message.stream.id)) {
          break;
        }
        skipped.put(chunk.message.stream.id, chunk.message.sequence);
      }
      reached = tsn;
    }
    packet.chunk(Chunks.FORWARD_TSN, 0).put32(reached);
    skipped.forEach((stream, sequence) -> packet.put16(stream).put16(sequence));
    packet.endChunk();
  }

  /** Bytes of chunks that the latest acknowledgement was the first to tell of. */
  int ackedBytes() {
    return ackedBytes;
  }

  /** Whether it told that all has come up to a later TSN than before. */
  boolean isAdvanced() {
    return advanced;
  }

  /** Whether it told of a loss. */
  boolean isFastLoss() {
    return fastLoss;
  }

  /** A round trip that it measured, in nanoseconds; -1 for none. */
  long roundTrip() {
    return roundTrip;
  }
}
