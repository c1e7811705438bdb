package org.consultrelay.relay.sctp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts received chunks in order and together again (RFC 9260 §6.2, §6.5, §6.6, §6.9).
 *
 * <p>Chunks of a message have TSNs in a row. So whatever lies in the unbroken row from the first
 * TSN is delivered in that order, and only one message at a time can be incomplete there. Beyond a
 * gap a whole message is delivered at once if it is unordered, or the next one of its stream.
 */
final class ReceiveBuffer {
  /** Takes whole messages. */
  interface Receiver {
    void message(int stream, int payloadProtocol, byte[] payload);
  }

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
  private static final int MAX_AHEAD = 4_096;

  /** How far to look for the rest of a message beyond a gap; longer ones wait for their turn. */
  private static final int MAX_LOOK = 128;

  private static final int MAX_STREAMS = 256;
  private static final int MAX_DUPLICATES = 32;

  /** What a chunk is held to take beside its bytes. */
  private static final int CHUNK_OVERHEAD = 48;

  private final SctpLimits limits;
  private final SctpCounters counters;
  private final Receiver receiver;

  private @Nullable IncomingChunk[] ring = new IncomingChunk[16];
  private int cumulative;
  private int highest;
  private int held;

  // The message that the unbroken row ends within.
  private final List<IncomingChunk> partial = new ArrayList<>();
  private int partialBytes;
  private boolean skipping;

  /** The number of the next message of streams that have had ordered ones. */
  private final Map<Integer, Integer> expected = new HashMap<>();

  private final int[] duplicates = new int[MAX_DUPLICATES];
  private int duplicateCount;

  ReceiveBuffer(int firstTsn, SctpLimits limits, SctpCounters counters, Receiver receiver) {
    this.cumulative = firstTsn - 1;
    this.highest = cumulative;
    this.limits = limits;
    this.counters = counters;
    this.receiver = receiver;
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
    return Math.max(0, limits.receiveBuffer() - held);
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
    int size = chunk.payload().length + CHUNK_OVERHEAD;
    // What fills a gap has been promised room before, and makes some.
    boolean fillsGap = Serial.before(tsn, highest);
    if (tsn - cumulative > MAX_AHEAD
        || held + size > (fillsGap ? 2 : 1) * limits.receiveBuffer()) {
      counters.dropped(SctpDrop.WINDOW);
      return Outcome.REFUSED;
    }
    counters.chunksReceived++;
    if (tsn == cumulative + 1 && highest == cumulative) {
      cumulative = tsn;
      highest = tsn;
      take(chunk);
      return Outcome.IN_ORDER;
    }
    highest = Serial.later(highest, tsn);
    put(chunk);
    held += size;
    if (tsn == cumulative + 1) {
      advance();
    } else {
      deliverAhead(tsn);
    }
    return Outcome.OUT_OF_ORDER;
  }

  private @Nullable IncomingChunk get(int tsn) {
    boolean within = Serial.before(cumulative, tsn) && !Serial.before(highest, tsn);
    return within ? ring[tsn & ring.length - 1] : null;
  }

  private void put(IncomingChunk chunk) {
    int needed = highest - cumulative;
    if (needed > ring.length) {
      int size = ring.length;
      while (size < needed) {
        size *= 2;
      }
      @Nullable IncomingChunk[] larger = new IncomingChunk[size];
      for (int i = 0; i < ring.length; i++) {
        int tsn = cumulative + 1 + i;
        larger[tsn & size - 1] = ring[tsn & ring.length - 1];
      }
      ring = larger;
    }
    ring[chunk.tsn() & ring.length - 1] = chunk;
  }

  private @Nullable IncomingChunk remove(int tsn) {
    IncomingChunk chunk = ring[tsn & ring.length - 1];
    ring[tsn & ring.length - 1] = null;
    if (chunk != null && chunk != IncomingChunk.DELIVERED) {
      held -= chunk.payload().length + CHUNK_OVERHEAD;
    }
    return chunk;
  }

  /** The row has grown: takes what is in it now. */
  private void advance() {
    while (cumulative != highest && get(cumulative + 1) != null) {
      IncomingChunk chunk = remove(cumulative + 1);
      cumulative++;
      if (chunk != null) {
        take(chunk);
      }
    }
  }

  /** The next chunk of the row. */
  private void take(IncomingChunk chunk) {
    if (chunk == IncomingChunk.DELIVERED) {
      dropPartial();
      skipping = false;
      return;
    }
    if (chunk.isBegin()) {
      dropPartial();
      skipping = false;
    } else if (!skipping
        && (partial.isEmpty() || !chunk.follows(partial.getLast()))) {
      dropPartial();
      skipping = true;
      counters.dropped(SctpDrop.UNEXPECTED);
    }
    if (skipping) {
      skipping = !chunk.isEnd();
      return;
    }
    partial.add(chunk);
    partialBytes += chunk.payload().length;
    held += chunk.payload().length + CHUNK_OVERHEAD;
    if (partialBytes > limits.maxMessageSize()) {
      counters.dropped(SctpDrop.MESSAGE_LENGTH);
      skipped(chunk);
      dropPartial();
      skipping = !chunk.isEnd();
    } else if (chunk.isEnd()) {
      byte[] payload = chunk.isBegin() ? chunk.payload() : join(partial, partialBytes);
      dropPartial();
      skipped(chunk);
      receiver.message(chunk.stream(), chunk.payloadProtocol(), payload);
    }
  }

  private void dropPartial() {
    held -= partialBytes + partial.size() * CHUNK_OVERHEAD;
    partial.clear();
    partialBytes = 0;
  }

  private static byte[] join(List<IncomingChunk> chunks, int length) {
    byte[] whole = new byte[length];
    int at = 0;
    for (IncomingChunk chunk : chunks) {
      System.arraycopy(chunk.payload(), 0, whole, at, chunk.payload().length);
      at += chunk.payload().length;
    }
    return whole;
  }

  /** The stream's message with the chunk's number has had its turn. */
  private void skipped(IncomingChunk chunk) {
    if (chunk.isOrdered()) {
      expect(chunk.stream(), chunk.sequence() + 1 & 0xFFFF);
    }
  }

  private void expect(int stream, int sequence) {
    if (expected.size() < MAX_STREAMS || expected.containsKey(stream)) {
      expected.put(stream, sequence);
    }
  }

  /** Delivers the message that a chunk beyond a gap belongs to, if it is whole and may be. */
  private void deliverAhead(int tsn) {
    int from = tsn;
    IncomingChunk chunk = whole(from);
    while (chunk != null) {
      if (!chunk.isOrdered()) {
        deliver(chunk);
        return;
      }
      Integer turn = expected.get(chunk.stream());
      if (turn == null && expected.size() >= MAX_STREAMS
          || chunk.sequence() != (turn == null ? 0 : turn)) {
        return;
      }
      int next = deliver(chunk);
      chunk = following(next, chunk.stream(), chunk.sequence() + 1 & 0xFFFF);
    }
  }

  /** The first chunk of the message that has this TSN, if the message is whole; else null. */
  private @Nullable IncomingChunk whole(int tsn) {
    IncomingChunk first = get(tsn);
    for (int looks = 0; first != null && first != IncomingChunk.DELIVERED; looks++) {
      if (first.isBegin()) {
        return endOf(first) != null ? first : null;
      }
      IncomingChunk before = looks < MAX_LOOK ? get(first.tsn() - 1) : null;
      first = before != null && first.follows(before) ? before : null;
    }
    return null;
  }

  private @Nullable IncomingChunk endOf(IncomingChunk first) {
    IncomingChunk last = first;
    for (int looks = 0; looks < MAX_LOOK; looks++) {
      if (last.isEnd()) {
        return last;
      }
      IncomingChunk after = get(last.tsn() + 1);
      if (after == null || after == IncomingChunk.DELIVERED || !after.follows(last)) {
        return null;
      }
      last = after;
    }
    return null;
  }

  /** Delivers a whole message beyond a gap; returns the TSN after it. */
  private int deliver(IncomingChunk first) {
    List<IncomingChunk> chunks = new ArrayList<>();
    int length = 0;
    int tsn = first.tsn();
    IncomingChunk chunk = first;
    while (true) {
      remove(tsn);
      ring[tsn & ring.length - 1] = IncomingChunk.DELIVERED;
      chunks.add(chunk);
      length += chunk.payload().length;
      tsn++;
      if (chunk.isEnd()) {
        break;
      }
      IncomingChunk after = get(tsn);
      if (after == null) {
        throw new IllegalStateException("was whole before");
      }
      chunk = after;
    }
    skipped(first);
    if (length > limits.maxMessageSize()) {
      counters.dropped(SctpDrop.MESSAGE_LENGTH);
    } else {
      receiver.message(first.stream(), first.payloadProtocol(), join(chunks, length));
    }
    return tsn;
  }

  /** The whole message with this number, if it is near. */
  private @Nullable IncomingChunk following(int tsn, int stream, int sequence) {
    for (int looks = 0; looks < MAX_LOOK && !Serial.before(highest, tsn + looks); looks++) {
      IncomingChunk chunk = get(tsn + looks);
      if (chunk != null
          && chunk != IncomingChunk.DELIVERED
          && chunk.isBegin()
          && chunk.isOrdered()
          && chunk.stream() == stream
          && chunk.sequence() == sequence) {
        return endOf(chunk) != null ? chunk : null;
      }
    }
    return null;
  }

  /**
   * The peer has given up what is missing up to that TSN (RFC 3758 §3.6). Whole messages before it
   * are delivered.
   *
   * @return false if that is nothing new
   */
  boolean forward(int newCumulative) {
    if (!Serial.before(cumulative, newCumulative)) {
      return false;
    }
    while (cumulative != newCumulative && cumulative != highest) {
      IncomingChunk chunk = remove(cumulative + 1);
      cumulative++;
      if (chunk != null) {
        take(chunk);
      } else {
        hole();
      }
    }
    if (cumulative != newCumulative) {
      hole();
      cumulative = newCumulative;
      highest = newCumulative;
    }
    return true;
  }

  private void hole() {
    dropPartial();
    skipping = true; // up to the next beginning
  }

  /** After {@link #forward}: ordered messages of a stream up to this number were given up. */
  void forwardStream(int stream, int sequence) {
    int after = sequence + 1 & 0xFFFF;
    Integer turn = expected.get(stream);
    if (turn == null || Serial.before16(turn, after)) {
      expect(stream, after);
    }
  }

  /** After {@link #forward}: what can be delivered now. */
  void resume() {
    advance();
    for (int looks = 1; looks <= MAX_LOOK && looks <= highest - cumulative; looks++) {
      IncomingChunk chunk = get(cumulative + looks);
      if (chunk != null && chunk.isBegin()) {
        deliverAhead(chunk.tsn());
      }
    }
  }

  /** The peer has reset its sending side of a stream: its messages count from 0 again. */
  void reset(int stream) {
    expected.remove(stream);
  }

  /** The same for all streams. */
  void resetAll() {
    expected.clear();
  }

  /** Writes a SACK (RFC 9260 §3.3.4) with as many runs as fit; forgets duplicates. */
  void writeSack(PacketWriter packet) {
    int most = (packet.room() - 16) / 4;
    int[] runs = new int[2 * Math.min(most, (highest - cumulative + 1) / 2)];
    int count = 0;
    int tsn = cumulative + 1;
    while (count + 2 <= runs.length && !Serial.before(highest, tsn)) {
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
    packet
        .chunk(Chunks.SACK, 0)
        .put32(cumulative)
        .put32(window())
        .put16(count / 2)
        .put16(repeats);
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
