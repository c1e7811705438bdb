package org.consultrelay.relay.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.wire.Bytes;

/**
 * Packets for the tests, as arrays, and their way through senders and receivers in segments of
 * exactly the size that the contract asks for: a read or write past that throws.
 */
final class SrtpPackets {
  static final SrtpCiphers CIPHERS = SrtpCiphers.detect();

  private SrtpPackets() {}

  /** Skips the test where the machine has no libcrypto. */
  static void assumeOffered(SrtpProfile profile) {
    Needs.that(CIPHERS.profiles().contains(profile), CIPHERS.description());
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static SrtpKeys keys(SrtpProfile profile, RandomGenerator random) {
    return SrtpKeys.clientWrite(profile, bytes(random, SrtpKeys.exporterLength(profile)));
  }

  /** An RTP packet with up to three CSRCs, perhaps an extension, and random payload. */
  static byte[] rtp(RandomGenerator random, int ssrc, int sequenceNumber, int payloadLength) {
    int sources = random.nextInt(4);
    int extensionWords = random.nextBoolean() ? random.nextInt(5) : -1;
    int headerLength = 12 + 4 * sources + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords);
    byte[] packet = bytes(random, headerLength + payloadLength);
    ByteBuffer header = ByteBuffer.wrap(packet);
    header.put((byte) (0x80 | (extensionWords < 0 ? 0 : 0x10) | sources));
    header.putShort(2, (short) sequenceNumber).putInt(8, ssrc);
    if (extensionWords >= 0) {
      header.putShort(12 + 4 * sources, (short) 0xBEDE);
      header.putShort(14 + 4 * sources, (short) extensionWords);
    }
    return packet;
  }

  /** An RTCP packet with random content. */
  static byte[] rtcp(RandomGenerator random, int ssrc, int length) {
    byte[] packet = bytes(random, length);
    ByteBuffer.wrap(packet).putShort((short) 0x80C8).putInt(4, ssrc);
    return packet;
  }

  /** The header's length as the packet claims it; may be more than the packet. */
  static int headerLength(byte[] packet) {
    ByteBuffer header = ByteBuffer.wrap(packet);
    int length = 12 + 4 * (header.get(0) & 0x0F);
    if ((header.get(0) & 0x10) != 0) {
      length += 4;
      if (length <= packet.length) {
        length += 4 * (header.getShort(length - 2) & 0xFFFF);
      }
    }
    return length;
  }

  static int ssrc(byte[] packet) {
    return ByteBuffer.wrap(packet).getInt(8);
  }

  static int sequenceNumber(byte[] packet) {
    return ByteBuffer.wrap(packet).getShort(2) & 0xFFFF;
  }

  static byte[] protectRtp(SrtpSender sender, SrtpProfile profile, byte[] packet, long index) {
    try (Arena arena = Arena.ofConfined()) {
      int header = headerLength(packet);
      int payload = packet.length - header;
      MemorySegment source = arena.allocate(payload);
      Bytes.put(source, 0, Arrays.copyOfRange(packet, header, packet.length));
      MemorySegment target = arena.allocate(packet.length + profile.rtpTagLength());
      Bytes.put(target, 0, Arrays.copyOf(packet, header));
      int length = sender.protectRtp(target, 0, header, source, 0, payload, ssrc(packet), index);
      return Bytes.toArray(target, 0, length);
    }
  }

  static byte[] protectRtcp(SrtpSender sender, SrtpProfile profile, byte[] packet) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(packet.length + profile.rtcpTrailerLength());
      Bytes.put(memory, 0, packet);
      return Bytes.toArray(memory, 0, sender.protectRtcp(memory, 0, packet.length));
    }
  }

  /** What became of a packet: the plain one, or a negative code. */
  @SuppressWarnings("ArrayRecordComponent") // compared by its parts
  record Outcome(int code, byte[] packet) {}

  static Outcome unprotectRtp(SrtpReceiver receiver, byte[] packet) {
    return unprotectRtp(
        receiver, packet, headerLength(packet), ssrc(packet), sequenceNumber(packet));
  }

  static Outcome unprotectRtp(
      SrtpReceiver receiver, byte[] packet, int headerLength, int ssrc, int sequenceNumber) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(packet.length);
      Bytes.put(memory, 0, packet);
      int code =
          receiver.unprotectRtp(memory, 0, packet.length, headerLength, ssrc, sequenceNumber);
      return new Outcome(code, Bytes.toArray(memory, 0, Math.max(code, 0)));
    }
  }

  static Outcome unprotectRtcp(SrtpReceiver receiver, byte[] packet) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(packet.length);
      Bytes.put(memory, 0, packet);
      int code = receiver.unprotectRtcp(memory, 0, packet.length);
      return new Outcome(code, Bytes.toArray(memory, 0, Math.max(code, 0)));
    }
  }
}
