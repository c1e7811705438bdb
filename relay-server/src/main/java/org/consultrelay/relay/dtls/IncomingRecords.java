package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Takes datagrams apart and hands their records on: to the handshake, message by message in
 * sequence, or to the connection.
 */
final class IncomingRecords {
  private static final int FATAL = 2;

  /** The endpoint. */
  interface Owner {
    /** Where a handshake or a connection takes records from; null while there is neither. */
    @Nullable RecordLink link();

    /** Whether a handshake is going on. */
    boolean isHandshaking();

    /** Whether a ClientHello is served: then a handshake has begun. */
    boolean admits(HandshakeMessage hello);

    /** A fatal alert came, in plain text: anybody could have sent it. */
    void plaintextAlert();

    /** The peer lacks our last flight. */
    void repeatFlight();
  }

  private final PeerFlight peerFlight;
  private final OwnFlight ownFlight;
  private final DtlsCounters counters;
  private final Owner owner;

  IncomingRecords(PeerFlight peerFlight, OwnFlight ownFlight, DtlsCounters counters, Owner owner) {
    this.peerFlight = peerFlight;
    this.ownFlight = ownFlight;
    this.counters = counters;
    this.owner = owner;
  }

  /** Reads a datagram; anything may be in it. */
  void read(MemorySegment memory, long offset, int length) {
    // Records that are handed on are counted on the way: read first, then add.
    int garbage = RecordReader.read(memory, offset, length, this::onPlaintext, this::onEncrypted);
    counters.garbage += garbage;
  }

  private void onPlaintext(int type, MemorySegment memory, long offset, int length) {
    switch (type) {
      case Records.HANDSHAKE -> {
        switch (peerFlight.accept(memory, offset, length)) {
          case NEW -> deliver();
          case REPEATED -> owner.repeatFlight();
          case USELESS -> counters.garbage++;
        }
      }
      case Records.CHANGE_CIPHER_SPEC -> {
        // Says nothing that the next record's epoch does not say, and could be forged or overtake.
      }
      case Records.ALERT -> {
        if (owner.isHandshaking() && length == 2 && Bytes.u8(memory, offset) == FATAL) {
          counters.plaintextAlerts++;
          owner.plaintextAlert();
        } else {
          counters.garbage++;
        }
      }
      default -> counters.garbage++;
    }
  }

  private void onEncrypted(int type, byte[] record) {
    RecordLink to = owner.link();
    boolean known =
        type == Records.HANDSHAKE || type == Records.ALERT || type == Records.APPLICATION_DATA;
    if (!known || to == null) {
      counters.garbage++;
    } else if (owner.isHandshaking()) {
      peerFlight.deliverEncrypted(record, to);
    } else if (type == Records.HANDSHAKE) {
      owner.repeatFlight(); // the client's Finished again: it lacks ours
    } else {
      to.push(record);
    }
  }

  /** Hands on whole messages in sequence, having judged the first one if we are the server. */
  private void deliver() {
    HandshakeMessage message;
    while ((message = peerFlight.poll()) != null) {
      boolean wanted = message.type() != Records.CLIENT_HELLO || owner.admits(message);
      RecordLink to = owner.link();
      if (!wanted || to == null) {
        peerFlight.restart();
        return;
      }
      ownFlight.forget();
      peerFlight.deliver(message, to);
    }
  }
}
