package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * The payload of a retransmission (RFC 4588 §4): the original's sequence number, then its payload.
 */
public final class RtxPayload {
  /** Bytes of the original sequence number before the original payload. */
  public static final int HEADER = 2;

  private RtxPayload() {}

  /**
   * The original sequence number of a decrypted retransmission, or -1 when there is none, as in
   * packets of padding only that browsers send on the RTX stream to probe the line.
   */
  public static int originalSequenceNumber(RtpPacket packet) {
    return packet.payloadLength() < HEADER
        ? -1
        : Bytes.u16(packet.memory(), packet.payloadOffset());
  }

  /** Writes the header of a retransmission where its payload begins. */
  public static void write(MemorySegment memory, long payloadOffset, int originalSequenceNumber) {
    Bytes.put16(memory, payloadOffset, originalSequenceNumber);
  }

  /**
   * Turns a decrypted retransmission back into the original packet in place: the RTP header moves
   * up by two bytes over the original sequence number, and the payload stays where it is. The
   * flyweight then shows the original (its extension index is empty).
   *
   * @param payloadType the original's
   * @param ssrc the original's
   * @return false when it carries no original; the packet is then as it was
   */
  public static boolean restore(RtpPacket packet, int payloadType, int ssrc) {
    int sequenceNumber = originalSequenceNumber(packet);
    if (sequenceNumber < 0) {
      return false;
    }
    MemorySegment memory = packet.memory();
    long from = packet.offset();
    long to = from + HEADER;
    int length = packet.length() - HEADER;
    Bytes.copy(memory, from, memory, to, packet.headerLength());
    int marker = Bytes.u8(memory, to + 1) & 0x80;
    Bytes.put8(memory, to + 1, marker | payloadType);
    Bytes.put16(memory, to + 2, sequenceNumber);
    Bytes.put32(memory, to + 8, ssrc);
    return packet.parse(memory, to, length) && packet.decrypted(length);
  }
}
