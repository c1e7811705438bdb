package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.consultrelay.relay.wire.Bytes;

/** Packets by hand, and a look into others'. */
final class Packets {
  private Packets() {}

  /** A packet with whatever is written into it. */
  static byte[] packet(int tag, Consumer<PacketWriter> chunks) {
    List<byte[]> sent = new ArrayList<>();
    PacketWriter writer =
        new PacketWriter(
            DataChannels.PORT,
            (memory, length) -> sent.add(Bytes.toArray(memory, 0, length)),
            new SctpCounters());
    writer.begin(tag);
    chunks.accept(writer);
    writer.send();
    return sent.getFirst();
  }

  /** Makes the checksum right. */
  static byte[] seal(byte[] packet) {
    new Crc32c().seal(MemorySegment.ofArray(packet), packet.length);
    return packet;
  }

  /** The verification tag. */
  static int tag(byte[] packet) {
    return Bytes.i32(MemorySegment.ofArray(packet), 4);
  }

  /** Types of the chunks in a packet. */
  static List<Integer> types(byte[] packet) {
    List<Integer> types = new ArrayList<>();
    TlvReader chunks = chunks(packet);
    while (chunks.next()) {
      types.add(chunks.chunkType());
    }
    return types;
  }

  static TlvReader chunks(byte[] packet) {
    return new TlvReader()
        .wrap(
            MemorySegment.ofArray(packet),
            Chunks.PACKET_HEADER,
            packet.length - Chunks.PACKET_HEADER);
  }

  /** The value of the first chunk of that type, or none. */
  static List<byte[]> values(byte[] packet, int type) {
    List<byte[]> values = new ArrayList<>();
    TlvReader chunks = chunks(packet);
    while (chunks.next()) {
      if (chunks.chunkType() == type) {
        values.add(
            Bytes.toArray(
                MemorySegment.ofArray(packet), chunks.valueOffset(), chunks.valueLength()));
      }
    }
    return values;
  }
}
