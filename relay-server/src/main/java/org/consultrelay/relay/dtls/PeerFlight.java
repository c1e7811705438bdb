package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peer's part of a handshake on its way to Bouncy Castle: plain text messages whole and in
 * sequence, then the change of cipher, then encrypted records, whatever order they came in.
 *
 * <p>Bouncy Castle gets plain text in records that we number: the peer's numbers are
 * unauthenticated until then, and one forged high number would make its replay window refuse all
 * that follows.
 */
final class PeerFlight {
  private static final int MAX_EARLY = 8;

  private final FlightReassembly reassembly;
  private final DtlsCounters counters;
  private final List<byte[]> early = new ArrayList<>();
  private long sequence;
  private boolean cipherChanged;

  /** The flights of the peer of an endpoint with this role. */
  PeerFlight(DtlsRole role, DtlsCounters counters) {
    this.reassembly = new FlightReassembly(role);
    this.counters = counters;
  }

  /** Takes the content of a plain text handshake record. */
  FlightReassembly.Outcome accept(MemorySegment memory, long offset, int length) {
    return reassembly.accept(memory, offset, length);
  }

  /** The next whole message in sequence; null if there is none yet. */
  @Nullable HandshakeMessage poll() {
    return reassembly.poll();
  }

  /** The first message was of no use: waits for another. */
  void restart() {
    reassembly.restart();
    early.clear();
    sequence = 0;
    cipherChanged = false;
  }

  /** Hands a message to the handshake. */
  void deliver(HandshakeMessage message, RecordLink link) {
    int length = message.body().length;
    int offset = 0;
    do {
      int size = Math.min(Records.FRAGMENT, length - offset);
      offer(link, Records.fragment(message, offset, size, sequence++));
      offset += size;
    } while (offset < length);
    if (reassembly.isComplete()) {
      releaseEarly(link);
    }
  }

  /** Hands an encrypted record to the handshake, or keeps it until it is its turn. */
  void deliverEncrypted(byte[] record, RecordLink link) {
    if (reassembly.isComplete() && Records.type(record, 0) != Records.APPLICATION_DATA) {
      if (!cipherChanged) {
        cipherChanged = true;
        offer(link, Records.changeCipherSpec(sequence++));
      }
      offer(link, record);
    } else if (early.size() < MAX_EARLY) {
      early.add(record); // has overtaken the end of the handshake
    } else {
      counters.overflows++;
    }
  }

  /** The handshake is over: hands on the application data that came before its end. */
  void finish(RecordLink link) {
    early.forEach(link::push);
    early.clear();
  }

  private void releaseEarly(RecordLink link) {
    Iterator<byte[]> records = early.iterator();
    while (records.hasNext()) {
      byte[] record = records.next();
      if (Records.type(record, 0) != Records.APPLICATION_DATA) {
        records.remove();
        deliverEncrypted(record, link);
      }
    }
  }

  private void offer(RecordLink link, byte[] record) {
    if (!link.offer(record)) {
      counters.overflows++;
    }
  }
}
