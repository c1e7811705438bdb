package org.consultrelay.relay.transport;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A packet that a simulated publisher sent: enough to make its payload again, byte for byte, so
 * that whoever receives it can be held to it.
 */
final class SentPacket {
  /** VP8 descriptor of four bytes, then what a test wants to know of the packet. */
  private static final int HEAD = 20;

  final long index;
  final int frame;
  final int part;
  final int parts;
  final boolean key;
  final int timestamp;
  final int payloadLength;
  private byte[] payload = {};

  /** As it was sent first. */
  byte[] datagram = {};

  /** Whether it, or a retransmission of it, has reached the relay. */
  boolean arrived;

  SentPacket(
      long index, int frame, int part, int parts, boolean key, int timestamp, int payloadLength) {
    this.index = index;
    this.frame = frame;
    this.part = part;
    this.parts = parts;
    this.key = key;
    this.timestamp = timestamp;
    this.payloadLength = payloadLength;
  }

  static SentPacket paddingOnly(long index, int timestamp) {
    return new SentPacket(index, -1, 0, 0, false, timestamp, 0);
  }

  boolean isPaddingOnly() {
    return payloadLength == 0;
  }

  boolean endsFrame() {
    return part == parts - 1;
  }

  /** The payload; an Opus packet is the same without anybody looking at its first bytes. */
  byte[] payload() {
    if (payload.length != payloadLength) {
      payload = make();
    }
    return payload;
  }

  private byte[] make() {
    byte[] payload = new byte[payloadLength];
    new SplittableRandom(index * 31 + frame).nextBytes(payload);
    payload[0] = (byte) (0x80 | (part == 0 ? 0x10 : 0));
    payload[1] = (byte) 0x80;
    payload[2] = (byte) (0x80 | (frame >> 8 & 0x7F));
    payload[3] = (byte) frame;
    // RFC 6386 §9.1: the lowest bit is 0 on a key frame.
    payload[4] = (byte) (key ? 0 : 1);
    for (int i = 0; i < 8; i++) {
      payload[5 + i] = (byte) (index >> (56 - 8 * i));
    }
    return payload;
  }

  /** The publisher's index of a packet, read from its payload. */
  static long index(byte[] payload) {
    long index = 0;
    for (int i = 0; i < 8; i++) {
      index = index << 8 | (payload[5 + i] & 0xFF);
    }
    return index;
  }

  /** Whether two payloads are the same but for their picture ids, which the relay makes its own. */
  static boolean isSame(byte[] some, byte[] other) {
    return some.length == other.length
        && Arrays.equals(some, 0, 2, other, 0, 2)
        && Arrays.equals(some, 4, some.length, other, 4, other.length);
  }

  static int shortest() {
    return HEAD;
  }
}
