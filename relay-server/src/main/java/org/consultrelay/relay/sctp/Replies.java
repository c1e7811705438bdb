package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;

/** Packets of one chunk that answer something at once. */
final class Replies {
  private static final int MAX_REPORT = 128;

  private final PacketWriter packet;

  Replies(PacketWriter packet) {
    this.packet = packet;
  }

  /** Returns what a HEARTBEAT holds; false if that is too long. */
  boolean heartbeat(int tag, MemorySegment memory, TlvReader chunk) {
    if (chunk.valueLength() > PacketWriter.MAX_CHUNK - Chunks.HEADER) {
      return false;
    }
    packet.begin(tag);
    packet
        .chunk(Chunks.HEARTBEAT_ACK, 0)
        .put(memory, chunk.valueOffset(), chunk.valueLength())
        .endChunk();
    packet.send();
    return true;
  }

  /** Reports a chunk of an unknown kind (RFC 9260 §3.3.10.6), its beginning at least. */
  void unrecognized(int tag, MemorySegment memory, TlvReader chunk) {
    packet.begin(tag);
    packet.chunk(Chunks.ERROR, 0);
    packet
        .parameter(Chunks.UNRECOGNIZED_CHUNK)
        .put(memory, chunk.offset(), Math.min(chunk.length(), MAX_REPORT))
        .endParameter();
    packet.endChunk();
    packet.send();
  }

  /** Ends the peer's association; does nothing when there is none yet. */
  void abort(int tag, int cause) {
    if (tag != 0) {
      packet.begin(tag);
      packet.chunk(Chunks.ABORT, 0);
      packet.parameter(cause).endParameter();
      packet.endChunk();
      packet.send();
    }
  }

  /** The last word of a shutdown; {@code flags} say whose tag it is (RFC 9260 §8.5.1). */
  void shutdownComplete(int tag, int flags) {
    packet.begin(tag);
    packet.emptyChunk(Chunks.SHUTDOWN_COMPLETE, flags);
    packet.send();
  }
}
