package org.consultrelay.relay.sctp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chunks as they come, by TSN, and what is to be acknowledged (RFC 9260 §6.2, §6.5 to §6.7; RFC
 * 3758 §3.6).
 *
 * <p>Chunks of a message have TSNs in a row. So whatever lies in the unbroken row from the first
 * TSN is delivered in that order. Beyond a gap a whole message is delivered at once if it is
 * unordered, or the next one of its stream.
 */
final class ReceiveBuffer {
  /** What became of a chunk. */
  enum Outcome {
    /** It was the next one, and nothing is missing. */
    IN_ORDER,
    /** It was new, and something is missing before or after it. */
    OUT_OF_ORDER,
    DUPLICATE,
    /** There is no room for it. */
    REFUSED
  }

  /** How far ahead of a gap chunks are kept. */
  static final int MAX_AHEAD = 4_096;

  /** How far to look for the rest of a message beyond a gap; longer ones wait for their turn. */
  private static final int MAX_LOOK = 128;

  private static final int MAX_DUPLICATES = 32;

  private final int capacity;
  private final SctpCounters counters;
  private final Reassembly reassembly;

  private @Nullable IncomingChunk[] ring = new IncomingChunk[16];
  private int cumulative;
  private int highest;
  private int held;

  private final int[] duplicates = new int[MAX_DUPLICATES];
  private int duplicateCount;

  ReceiveBuffer(int firstTsn, int capacity, Reassembly reassembly, SctpCounters counters) {
    this.cumulative = firstTsn - 1;
    this.highest = cumulative;
    this.capacity = capacity;
    this.reassembly = reassembly;
    this.counters = counters;
  }

  /** All up to this TSN has come, or will never. */
  int cumulativeTsn() {
    return cumulative;
  }

  /** Whether something is missing. */
  boolean hasGap() {
    return highest != cumulative;
  }

  /** Bytes that the peer may send (RFC 9260 §6.2.1). */
  int window() {
    return Math.max(0, capacity - held());
  }

  /** Bytes that are kept, with what keeping them costs. */
  int held() {
    return held + reassembly.held();
  }

  private static int cost(IncomingChunk chunk) {
    return chunk.isDelivered() ? 0 : chunk.payload().length + Reassembly.CHUNK_OVERHEAD;
  }

  /** Takes a chunk. Messages that it completes are delivered within the call. */
  Outcome onData(IncomingChunk chunk) {
    int tsn = chunk.tsn();
    if (!Serial.before(cumulative, tsn) || get(tsn) != null) {
      if (duplicateCount < MAX_DUPLICATES) {
        duplicates[duplicateCount++] = tsn;
      }
      counters.chunksDuplicate++;
      return Outcome.DUPLICATE;
    }
    // What fills a gap has been promised room before, and makes some.
    int room = Serial.before(tsn, highest) ? 2 * capacity : capacity;
    if (tsn - cumulative > MAX_AHEAD || held() + cost(chunk) > room) {
      counters.dropped(SctpDrop.WINDOW);
      return Outcome.REFUSED;
    }
    counters.chunksReceived++;
    if (tsn == cumulative + 1 && highest == cumulative) {
      cumulative = tsn;
      highest = tsn;
      reassembly.take(chunk);
      return Outcome.IN_ORDER;
    }
    highest = Serial.later(highest, tsn);
    put(chunk);
    if (tsn == cumulative + 1) {
      advance();
    } else {
      deliverAhead(tsn);
    }
    return Outcome.OUT_OF_ORDER;
  }

  private @Nullable IncomingChunk get(int tsn) {
    boolean within = Serial.before(cumulative, tsn) && !Serial.before(highest, tsn);
    return within ? ring[tsn & (ring.length - 1)] : null;
  }

  private void put(IncomingChunk chunk) {
    int size = ring.length;
    while (size < highest - cumulative) {
      size *= 2;
    }
    if (size != ring.length) {
      @Nullable IncomingChunk[] larger = new IncomingChunk[size];
      for (int tsn = cumulative + 1; tsn != cumulative + 1 + ring.length; tsn++) {
        larger[tsn & (size - 1)] = ring[tsn & (ring.length - 1)];
      }
      ring = larger;
    }
    ring[chunk.tsn() & (ring.length - 1)] = chunk;
    held += cost(chunk);
  }

  private @Nullable IncomingChunk remove(int tsn) {
    IncomingChunk chunk = ring[tsn & (ring.length - 1)];
    ring[tsn & (ring.length - 1)] = null;
    held -= chunk == null ? 0 : cost(chunk);
    return chunk;
  }

  /** The row has grown: takes what is in it now. */
  private void advance() {
    while (get(cumulative + 1) != null) {
      step();
    }
  }

  private void step() {
    IncomingChunk chunk = remove(cumulative + 1);
    cumulative++;
    if (chunk == null) {
      reassembly.hole();
    } else {
      reassembly.take(chunk);
    }
  }

  /** Delivers the message that a chunk beyond a gap belongs to, if it is whole and may be. */
  private void deliverAhead(int tsn) {
    IncomingChunk first = beginning(tsn);
    while (first != null && reassembly.isNext(first)) {
      List<IncomingChunk> message = message(first);
      if (message.isEmpty()) {
        return;
      }
      for (IncomingChunk chunk : message) {
        remove(chunk.tsn());
        ring[chunk.tsn() & (ring.length - 1)] = IncomingChunk.DELIVERED;
      }
      reassembly.whole(message);
      first = first.isOrdered() ? following(message.getLast()) : null;
    }
  }

  /** The first chunk of the message that the one with this TSN is part of, if it is near. */
  private @Nullable IncomingChunk beginning(int tsn) {
    IncomingChunk chunk = get(tsn);
    for (int looks = 0; chunk != null && !chunk.isDelivered() && looks < MAX_LOOK; looks++) {
      if (chunk.isBegin()) {
        return chunk;
      }
      IncomingChunk before = get(chunk.tsn() - 1);
      chunk = before != null && chunk.follows(before) ? before : null;
    }
    return null;
  }

  /** All chunks of the message that begins there; none if it is not whole. */
  private List<IncomingChunk> message(IncomingChunk first) {
    List<IncomingChunk> chunks = new ArrayList<>();
    IncomingChunk last = first;
    while (chunks.size() < MAX_LOOK) {
      chunks.add(last);
      if (last.isEnd()) {
        return chunks;
      }
      IncomingChunk after = get(last.tsn() + 1);
      if (after == null || !after.follows(last)) {
        break;
      }
      last = after;
    }
    return List.of();
  }

  /** The beginning of the stream's next message, if it is near. */
  private @Nullable IncomingChunk following(IncomingChunk last) {
    for (int looks = 1; looks <= MAX_LOOK; looks++) {
      IncomingChunk chunk = get(last.tsn() + looks);
      if (chunk != null
          && chunk.isBegin()
          && chunk.isOrdered()
          && chunk.stream() == last.stream()
          && reassembly.isNext(chunk)) {
        return chunk;
      }
    }
    return null;
  }

  /**
   * The peer has given up what is missing up to that TSN. Whole messages before it are delivered.
   *
   * @return false if that is nothing new
   */
  boolean forward(int newCumulative) {
    if (!Serial.before(cumulative, newCumulative)) {
      return false;
    }
    while (cumulative != newCumulative && cumulative != highest) {
      step();
    }
    if (cumulative != newCumulative) {
      reassembly.hole();
      cumulative = newCumulative;
      highest = newCumulative;
    }
    return true;
  }

  /** After {@link #forward} and {@link Reassembly#skipTo}: delivers what can be delivered now. */
  void resume() {
    advance();
    for (int looks = 1; looks <= MAX_LOOK && looks <= highest - cumulative; looks++) {
      IncomingChunk chunk = get(cumulative + looks);
      if (chunk != null && chunk.isBegin()) {
        deliverAhead(chunk.tsn());
      }
    }
  }

  /** Writes a SACK (RFC 9260 §3.3.4) with as many runs as fit; forgets duplicates. */
  void writeSack(PacketWriter packet) {
    int most = (packet.room() - 16) / 4;
    int[] runs = new int[2 * Math.min(most, (highest - cumulative + 1) / 2)];
    int count = 0;
    int tsn = cumulative + 1;
    while (count < runs.length && !Serial.before(highest, tsn)) {
      if (get(tsn) == null) {
        tsn++;
        continue;
      }
      runs[count++] = tsn - cumulative;
      while (get(tsn) != null) {
        tsn++;
      }
      runs[count++] = tsn - 1 - cumulative;
    }
    int repeats = Math.min(duplicateCount, most - count / 2);
    packet.chunk(Chunks.SACK, 0).put32(cumulative).put32(window()).put16(count / 2).put16(repeats);
    for (int i = 0; i < count; i++) {
      packet.put16(runs[i]);
    }
    for (int i = 0; i < repeats; i++) {
      packet.put32(duplicates[i]);
    }
    packet.endChunk();
    duplicateCount = 0;
  }
}
