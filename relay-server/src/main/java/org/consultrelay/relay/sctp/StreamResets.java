package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.consultrelay.relay.wire.Bytes;

/**
 * Resets of streams, by which channels are closed (RFC 6525 §4, §5; RFC 8831 §6.7): one request of
 * ours at a time, and the peer's as they come.
 */
final class StreamResets {
  /** Who uses the streams. */
  interface Listener {
    /** Our side of the stream was reset, or the peer will not have it. */
    void outgoingReset(int stream);

    /** The peer's side of the stream was reset. */
    void incomingReset(int stream);

    /** The peer's side of all streams was reset. */
    void incomingResetAll();

    /** The peer asks for a reset of our side. */
    void resetWanted(int stream);
  }

  static final int NOTHING_TO_DO = 0;
  static final int PERFORMED = 1;
  static final int DENIED = 2;
  static final int BAD_SEQUENCE = 5;
  static final int IN_PROGRESS = 6;

  private static final int MAX_WANTED = 256;
  private static final int MAX_REQUEST = 128;
  private static final int MAX_ANSWERS = 8;
  private static final long NEVER = Long.MAX_VALUE;

  private final OutgoingStreams streams;
  private final Transmission transmission;
  private final ReceiveBuffer buffer;
  private final Reassembly reassembly;
  private final RoundTrip roundTrip;
  private final SctpCounters counters;
  private final Listener listener;

  // Ours.
  private final Set<Integer> wanted = new LinkedHashSet<>();
  private final List<Integer> requested = new ArrayList<>();
  private int nextRequest;
  private int request;
  private int requestTsn;
  private boolean renumber;
  private boolean requestDue;
  private long repeatAt = NEVER;

  // The peer's.
  private int expectedRequest;
  private int lastResult = BAD_SEQUENCE;
  private boolean deferred;
  private int deferredTsn;
  private final List<Integer> deferredStreams = new ArrayList<>();
  private final int[] answers = new int[2 * MAX_ANSWERS];
  private int answerCount;

  StreamResets(
      int localTsn,
      int peerTsn,
      OutgoingStreams streams,
      Transmission transmission,
      ReceiveBuffer buffer,
      Reassembly reassembly,
      RoundTrip roundTrip,
      SctpCounters counters,
      Listener listener) {
    this.nextRequest = localTsn;
    this.expectedRequest = peerTsn;
    this.streams = streams;
    this.transmission = transmission;
    this.buffer = buffer;
    this.reassembly = reassembly;
    this.roundTrip = roundTrip;
    this.counters = counters;
    this.listener = listener;
  }

  /** Our side of a stream is to be reset as soon as it is quiet. */
  void want(int stream) {
    if (wanted.size() < MAX_WANTED) {
      wanted.add(stream);
    }
  }

  /** When a request is due again. */
  long deadline() {
    return repeatAt;
  }

  /** The request is sent again; an answer is overdue, unless the peer has asked for patience. */
  boolean onTimeout(long nowNanos) {
    boolean overdue = !renumber;
    if (renumber) {
      // Some peers answer a number that they know with what they said before.
      request = nextRequest++;
      renumber = false;
    }
    requestDue = true;
    repeatAt = nowNanos + roundTrip.timeout();
    return overdue;
  }

  /** Writes what is to be said now. */
  void write(PacketWriter packet, long nowNanos) {
    for (int i = 0; i < answerCount; i++) {
      if (packet.room() < 16) {
        return;
      }
      packet.chunk(Chunks.RE_CONFIG, 0);
      packet
          .parameter(Chunks.RECONFIG_RESPONSE)
          .put32(answers[2 * i])
          .put32(answers[2 * i + 1])
          .endParameter();
      packet.endChunk();
    }
    answerCount = 0;
    if (requested.isEmpty()) {
      collect(nowNanos);
    }
    if (requestDue && packet.room() >= 24 + 2 * requested.size()) {
      requestDue = false;
      packet.chunk(Chunks.RE_CONFIG, 0);
      packet
          .parameter(Chunks.OUTGOING_RESET)
          .put32(request)
          .put32(expectedRequest - 1)
          .put32(requestTsn);
      for (int stream : requested) {
        packet.put16(stream);
      }
      packet.endParameter();
      packet.endChunk();
    }
  }

  private void collect(long nowNanos) {
    Iterator<Integer> each = wanted.iterator();
    while (each.hasNext() && requested.size() < MAX_REQUEST) {
      int stream = each.next();
      if (streams.isQuiet(stream)) {
        each.remove();
        requested.add(stream);
        streams.pause(stream);
      }
    }
    if (!requested.isEmpty()) {
      request = nextRequest++;
      requestTsn = transmission.nextTsn() - 1;
      requestDue = true;
      renumber = false;
      repeatAt = nowNanos + roundTrip.timeout();
    }
  }

  /** The value of a RE-CONFIG; false if it is malformed. */
  boolean onReconfig(MemorySegment memory, long offset, int length) {
    TlvReader parameters = new TlvReader().wrap(memory, offset, length);
    while (parameters.next()) {
      long at = parameters.valueOffset();
      int size = parameters.valueLength();
      if (size < 4) {
        return false;
      }
      int number = Bytes.i32(memory, at);
      switch (parameters.type()) {
        case Chunks.OUTGOING_RESET -> {
          if (size < 12) {
            return false;
          }
          onRequest(number, Bytes.i32(memory, at + 8), list(memory, at + 12, size - 12));
        }
        case Chunks.INCOMING_RESET -> {
          if (isNext(number)) {
            list(memory, at + 4, size - 4).forEach(listener::resetWanted);
            settle(PERFORMED);
          }
        }
        case Chunks.RECONFIG_RESPONSE -> {
          if (size < 8) {
            return false;
          }
          onResponse(number, Bytes.i32(memory, at + 4));
        }
        case Chunks.TSN_RESET, Chunks.ADD_OUTGOING, Chunks.ADD_INCOMING -> {
          if (isNext(number)) {
            settle(DENIED);
          }
        }
        default -> {
          counters.dropped(SctpDrop.UNKNOWN);
          if (!Chunks.skips(parameters.type() >> 14)) {
            return true;
          }
        }
      }
    }
    return !parameters.isMalformed();
  }

  private static List<Integer> list(MemorySegment memory, long offset, int length) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i + 1 < length; i += 2) {
      numbers.add(Bytes.u16(memory, offset + i));
    }
    return numbers;
  }

  private void onRequest(int number, int lastTsn, List<Integer> list) {
    if (!isNext(number)) {
      return;
    }
    if (Serial.before(buffer.cumulativeTsn(), lastTsn)) {
      deferred = true;
      deferredTsn = lastTsn;
      deferredStreams.clear();
      deferredStreams.addAll(list);
      settle(IN_PROGRESS);
    } else {
      deferred = false;
      settle(PERFORMED);
      perform(list);
    }
  }

  /** Whether a request is a new one; if not, it is answered here. */
  private boolean isNext(int number) {
    if (number == expectedRequest) {
      return true;
    }
    answer(number, number == expectedRequest - 1 ? lastResult : BAD_SEQUENCE);
    return false;
  }

  private void settle(int result) {
    lastResult = result;
    answer(expectedRequest, result);
    expectedRequest++;
  }

  private void answer(int number, int result) {
    if (answerCount < MAX_ANSWERS) {
      answers[2 * answerCount] = number;
      answers[2 * answerCount + 1] = result;
      answerCount++;
    }
  }

  private void perform(List<Integer> list) {
    if (list.isEmpty()) {
      reassembly.resetAll();
      listener.incomingResetAll();
    }
    for (int stream : list) {
      reassembly.reset(stream);
      listener.incomingReset(stream);
    }
  }

  /** More has come: a request may have waited for it. */
  void onProgress() {
    if (deferred && !Serial.before(buffer.cumulativeTsn(), deferredTsn)) {
      deferred = false;
      lastResult = PERFORMED;
      answer(expectedRequest - 1, PERFORMED);
      perform(List.copyOf(deferredStreams));
    }
  }

  private void onResponse(int number, int result) {
    if (requested.isEmpty() || number != request) {
      return;
    }
    if (result == IN_PROGRESS) {
      renumber = true;
      return;
    }
    List<Integer> done = List.copyOf(requested);
    requested.clear();
    requestDue = false;
    repeatAt = NEVER;
    for (int stream : done) {
      streams.reset(stream);
      listener.outgoingReset(stream);
    }
  }
}
