package org.consultrelay.relay.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.consultrelay.relay.wire.Bytes;

/** Every cipher against the JCE's, and packets through each to have it compiled. */
final class SrtpSelfTest {
  private static final int HEADER_LENGTH = 20;
  private static final int SSRC = 0xCAFE_BABE;
  private static final int[] PAYLOAD_LENGTHS = {0, 1, 7, 8, 15, 16, 17, 64, 160, 1_000, 1_200};

  // Some 5,000 calls start the last compiler; it works beside us, so we go on for a while.
  private static final int WARM_UP_PACKETS = 20_000;

  private SrtpSelfTest() {}

  /** Compares every cipher; returns how many packets were. */
  static int compare(SrtpCiphers ciphers) {
    int compared = 0;
    for (SrtpProfile profile : ciphers.profiles()) {
      compared += compare(ciphers, profile);
    }
    return compared;
  }

  /** Runs packets through every cipher; returns how many. */
  static int warmUp(SrtpCiphers ciphers) {
    int packets = 0;
    for (SrtpProfile profile : ciphers.profiles()) {
      packets += warmUp(ciphers, profile);
    }
    return packets;
  }

  /**
   * Compares a cipher with the JCE, both ways and with an altered packet.
   *
   * @return how many packets were compared
   * @throws IllegalStateException when it disagrees
   */
  static int compare(SrtpCiphers ciphers, SrtpProfile profile) {
    SrtpKeys keys = keys(profile);
    try (SrtpSender sender = ciphers.sender(keys);
        SrtpReceiver receiver = ciphers.receiver(keys);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SrtpSender.MAX_PACKET_LENGTH);
      int sequenceNumber = 0;
      for (int payloadLength : PAYLOAD_LENGTHS) {
        sequenceNumber++;
        byte[] rtp = rtp(payloadLength, sequenceNumber);
        byte[] expected =
            JceReference.protectRtp(
                SessionKey.forRtp(keys),
                Arrays.copyOf(rtp, HEADER_LENGTH),
                Arrays.copyOfRange(rtp, HEADER_LENGTH, rtp.length),
                SSRC,
                sequenceNumber);
        Bytes.put(memory, 0, rtp);
        int length = protect(sender, memory, payloadLength, sequenceNumber);
        expect(expected, memory, length, profile);
        alter(memory, length - 1);
        expect(SrtpReceiver.AUTHENTICATION_FAILED, unprotect(receiver, memory, length), profile);
        Bytes.put(memory, 0, expected);
        expect(rtp, memory, unprotect(receiver, memory, length), profile);
        expect(SrtpReceiver.REPLAYED, unprotect(receiver, memory, length), profile);

        byte[] rtcp = Arrays.copyOf(rtp, 8 + payloadLength);
        expected = JceReference.protectRtcp(SessionKey.forRtcp(keys), rtcp, sequenceNumber);
        Bytes.put(memory, 0, rtcp);
        length = sender.protectRtcp(memory, 0, rtcp.length);
        expect(expected, memory, length, profile);
        alter(memory, rtcp.length + SrtpProfile.RTCP_INDEX_LENGTH); // in every tag
        expect(
            SrtpReceiver.AUTHENTICATION_FAILED, receiver.unprotectRtcp(memory, 0, length), profile);
        Bytes.put(memory, 0, expected);
        expect(rtcp, memory, receiver.unprotectRtcp(memory, 0, length), profile);
      }
      return 2 * PAYLOAD_LENGTHS.length;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "this Java lacks a cipher to compare " + profile + " with", e);
    }
  }

  private static int warmUp(SrtpCiphers ciphers, SrtpProfile profile) {
    SrtpKeys keys = keys(profile);
    try (SrtpSender sender = ciphers.sender(keys);
        SrtpReceiver receiver = ciphers.receiver(keys);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SrtpSender.MAX_PACKET_LENGTH);
      Bytes.put(memory, 0, rtp(1_000, 0));
      for (int i = 0; i < WARM_UP_PACKETS; i++) {
        Bytes.put16(memory, 2, i);
        int plain = HEADER_LENGTH + ((i & 1) == 0 ? 1_000 : 100);
        int length = protect(sender, memory, plain - HEADER_LENGTH, i);
        expect(plain, unprotect(receiver, memory, length), profile);
        length = sender.protectRtcp(memory, 0, 100);
        expect(100, receiver.unprotectRtcp(memory, 0, length), profile);
      }
      return 2 * WARM_UP_PACKETS;
    }
  }

  private static int protect(
      SrtpSender sender, MemorySegment memory, int payloadLength, int sequenceNumber) {
    return sender.protectRtp(
        memory, 0, HEADER_LENGTH, memory, HEADER_LENGTH, payloadLength, SSRC, sequenceNumber);
  }

  private static int unprotect(SrtpReceiver receiver, MemorySegment memory, int length) {
    int sequenceNumber = Bytes.u16(memory, 2);
    return receiver.unprotectRtp(memory, 0, length, HEADER_LENGTH, SSRC, sequenceNumber);
  }

  private static void alter(MemorySegment memory, int position) {
    Bytes.put8(memory, position, Bytes.u8(memory, position) ^ 1);
  }

  private static void expect(
      byte[] expected, MemorySegment memory, int length, SrtpProfile profile) {
    expect(expected.length, length, profile);
    if (!Arrays.equals(expected, Bytes.toArray(memory, 0, length))) {
      throw new IllegalStateException(profile + " makes other bytes than the JCE");
    }
  }

  private static void expect(int expected, int actual, SrtpProfile profile) {
    if (actual != expected) {
      throw new IllegalStateException(
          profile + " answers " + actual + " where " + expected + " is right");
    }
  }

  private static SrtpKeys keys(SrtpProfile profile) {
    byte[] keyingMaterial = new byte[SrtpKeys.exporterLength(profile)];
    for (int i = 0; i < keyingMaterial.length; i++) {
      keyingMaterial[i] = (byte) (i * 7);
    }
    return SrtpKeys.clientWrite(profile, keyingMaterial);
  }

  /** An RTP packet with a header extension of one word, over which RTCP may be laid too. */
  private static byte[] rtp(int payloadLength, int sequenceNumber) {
    byte[] packet = new byte[HEADER_LENGTH + payloadLength];
    MemorySegment memory = MemorySegment.ofArray(packet);
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) (i * 31);
    }
    Bytes.put16(memory, 0, 0x9060);
    Bytes.put16(memory, 2, sequenceNumber);
    Bytes.put32(memory, 8, SSRC);
    Bytes.put32(memory, 12, 0xBEDE_0001);
    return packet;
  }
}
