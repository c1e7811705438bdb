package org.consultrelay.relay.sctp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts messages together from chunks whose TSNs come in a row (RFC 9260 §6.9), and knows which
 * message of a stream is the next (§6.6). In a row one message at a time can be incomplete.
 */
final class Reassembly {
  /** Takes whole messages. */
  interface Receiver {
    void message(int stream, int payloadProtocol, byte[] payload);
  }

  /** What a chunk is held to take beside its bytes. */
  static final int CHUNK_OVERHEAD = 48;

  private static final int MAX_STREAMS = 256;

  private final int maxMessageSize;
  private final SctpCounters counters;
  private final Receiver receiver;
  private final List<IncomingChunk> partial = new ArrayList<>();
  private int partialBytes;
  private boolean skipping;

  /** The number of the next message of streams that have had ordered ones. */
  private final Map<Integer, Integer> expected = new HashMap<>();

  Reassembly(int maxMessageSize, SctpCounters counters, Receiver receiver) {
    this.maxMessageSize = maxMessageSize;
    this.counters = counters;
    this.receiver = receiver;
  }

  /** Bytes held of a message that is not whole. */
  int held() {
    return partialBytes + partial.size() * CHUNK_OVERHEAD;
  }

  /** The next chunk of the row. */
  void take(IncomingChunk chunk) {
    if (chunk.isDelivered() || chunk.isBegin()) {
      drop();
      skipping = false;
      if (chunk.isDelivered()) {
        return;
      }
    } else if (!skipping && (partial.isEmpty() || !chunk.follows(partial.getLast()))) {
      drop();
      skipping = true;
      counters.dropped(SctpDrop.UNEXPECTED);
    }
    if (skipping) {
      skipping = !chunk.isEnd();
      return;
    }
    partial.add(chunk);
    partialBytes += chunk.payload().length;
    if (chunk.isEnd()) {
      whole(List.copyOf(partial));
      drop();
    } else if (partialBytes > maxMessageSize) {
      counters.dropped(SctpDrop.MESSAGE_LENGTH);
      passed(chunk);
      drop();
      skipping = true;
    }
  }

  /** What would have been next in the row will never come. */
  void hole() {
    drop();
    skipping = true; // up to the next beginning
  }

  private void drop() {
    partial.clear();
    partialBytes = 0;
  }

  /** Delivers the message that these chunks make. */
  void whole(List<IncomingChunk> chunks) {
    IncomingChunk first = chunks.getFirst();
    passed(first);
    int length = 0;
    for (IncomingChunk chunk : chunks) {
      length += chunk.payload().length;
    }
    if (length > maxMessageSize) {
      counters.dropped(SctpDrop.MESSAGE_LENGTH);
      return;
    }
    byte[] payload = chunks.size() == 1 ? first.payload() : join(chunks, length);
    receiver.message(first.stream(), first.payloadProtocol(), payload);
  }

  private static byte[] join(List<IncomingChunk> chunks, int length) {
    byte[] joined = new byte[length];
    int at = 0;
    for (IncomingChunk chunk : chunks) {
      System.arraycopy(chunk.payload(), 0, joined, at, chunk.payload().length);
      at += chunk.payload().length;
    }
    return joined;
  }

  /** Whether a message, seen ahead of others, may be delivered: unordered, or its stream's next. */
  boolean isNext(IncomingChunk chunk) {
    if (!chunk.isOrdered()) {
      return true;
    }
    Integer turn = expected.get(chunk.stream());
    if (turn == null) {
      return chunk.sequence() == 0 && expected.size() < MAX_STREAMS;
    }
    return chunk.sequence() == turn;
  }

  /** The stream's message with the chunk's number has had its turn. */
  private void passed(IncomingChunk chunk) {
    if (chunk.isOrdered()) {
      expect(chunk.stream(), (chunk.sequence() + 1) & 0xFFFF);
    }
  }

  private void expect(int stream, int sequence) {
    if (expected.size() < MAX_STREAMS || expected.containsKey(stream)) {
      expected.put(stream, sequence);
    }
  }

  /** Ordered messages of a stream up to this number were given up. */
  void skipTo(int stream, int sequence) {
    int after = (sequence + 1) & 0xFFFF;
    Integer turn = expected.get(stream);
    if (turn == null || Serial.before16(turn, after)) {
      expect(stream, after);
    }
  }

  /** The stream's messages count from 0 again. */
  void reset(int stream) {
    expected.remove(stream);
  }

  /** Those of all streams do. */
  void resetAll() {
    expected.clear();
  }
}
