package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** Writes packets chunk by chunk into one buffer, and sends them. */
final class PacketWriter {
  /** The longest chunk, which has a packet for itself. */
  static final int MAX_CHUNK = DataChannels.MAX_PACKET - Chunks.PACKET_HEADER;

  private final int remotePort;
  private final DataChannels.Outlet outlet;
  private final SctpCounters counters;
  private final Crc32c crc = new Crc32c();
  private final MemorySegment memory = MemorySegment.ofArray(new byte[DataChannels.MAX_PACKET]);
  private int at;
  private int chunkAt;
  private int parameterAt;

  PacketWriter(int remotePort, DataChannels.Outlet outlet, SctpCounters counters) {
    this.remotePort = remotePort;
    this.outlet = outlet;
    this.counters = counters;
  }

  /** Starts a packet with this verification tag. */
  void begin(int tag) {
    Bytes.put16(memory, 0, DataChannels.PORT);
    Bytes.put16(memory, 2, remotePort);
    Bytes.put32(memory, 4, tag);
    at = Chunks.PACKET_HEADER;
  }

  /** Whether no chunk has been written yet. */
  boolean isEmpty() {
    return at == Chunks.PACKET_HEADER;
  }

  /** Bytes left, padding included. */
  int room() {
    return DataChannels.MAX_PACKET - at;
  }

  /** Starts a chunk. */
  PacketWriter chunk(int type, int flags) {
    chunkAt = at;
    put8(type);
    put8(flags);
    return put16(0);
  }

  /** Ends the chunk. */
  void endChunk() {
    Bytes.put16(memory, chunkAt + 2, at - chunkAt);
    pad();
  }

  /** Writes a chunk that has no value. */
  void emptyChunk(int type, int flags) {
    chunk(type, flags).endChunk();
  }

  /** Starts a parameter or cause within the chunk. */
  PacketWriter parameter(int type) {
    pad(); // what fills up the one before counts to the chunk, what fills up the last does not
    parameterAt = at;
    return put16(type).put16(0);
  }

  /** Ends the parameter. */
  void endParameter() {
    Bytes.put16(memory, parameterAt + 2, at - parameterAt);
  }

  private void pad() {
    while ((at & 3) != 0) {
      put8(0);
    }
  }

  PacketWriter put8(int value) {
    Bytes.put8(memory, at, value);
    at++;
    return this;
  }

  PacketWriter put16(int value) {
    Bytes.put16(memory, at, value);
    at += 2;
    return this;
  }

  PacketWriter put32(int value) {
    Bytes.put32(memory, at, value);
    at += 4;
    return this;
  }

  PacketWriter put64(long value) {
    Bytes.put64(memory, at, value);
    at += 8;
    return this;
  }

  PacketWriter put(byte[] bytes, int offset, int length) {
    return put(MemorySegment.ofArray(bytes), offset, length);
  }

  PacketWriter put(MemorySegment bytes, long offset, int length) {
    Bytes.copy(bytes, offset, memory, at, length);
    at += length;
    return this;
  }

  /** Sends what was written, if anything was. */
  void send() {
    if (!isEmpty()) {
      int length = at;
      at = Chunks.PACKET_HEADER;
      crc.seal(memory, length);
      counters.packetsSent++;
      outlet.packet(memory, length);
    }
  }
}
