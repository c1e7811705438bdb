package org.consultrelay.relay.sctp;

/** A part of a message that has a TSN, until the peer has acknowledged it for good. */
final class OutgoingChunk {
  enum State {
    IN_FLIGHT,
    /** Lost, as far as we know: to be sent again. */
    LOST,
    /** Acknowledged, but the peer may still change its mind (RFC 9260 §6.2.1). */
    ACKNOWLEDGED,
    /** Its message was given up; the peer is told to go on (RFC 3758). */
    ABANDONED
  }

  final OutgoingMessage message;
  final int tsn;
  final int offset;
  final int length;
  State state = State.IN_FLIGHT;

  /** How often it was sent. */
  int transmissions;

  /** How often an acknowledgement told that it is missing. */
  int missing;

  /** Counts what is sent: only if something sent later arrives is this one overdue. */
  long order;

  /** When it was last sent. */
  long sentAt;

  OutgoingChunk(OutgoingMessage message, int tsn, int offset, int length) {
    this.message = message;
    this.tsn = tsn;
    this.offset = offset;
    this.length = length;
  }

  /** Bytes that count to the flight: the chunk's with its header. */
  int size() {
    return Chunks.DATA_HEADER + Chunks.padded(length);
  }

  void write(PacketWriter packet, boolean immediate) {
    int flags =
        (message.ordered ? 0 : Chunks.UNORDERED)
            | (offset == 0 ? Chunks.BEGIN : 0)
            | (offset + length == message.payload.length ? Chunks.END : 0)
            | (immediate ? Chunks.IMMEDIATE : 0);
    packet
        .chunk(Chunks.DATA, flags)
        .put32(tsn)
        .put16(message.stream.id)
        .put16(message.sequence)
        .put32(message.payloadProtocol)
        .put(message.payload, offset, length)
        .endChunk();
  }
}
