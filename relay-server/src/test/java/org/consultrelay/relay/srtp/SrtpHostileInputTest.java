package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.srtp.SrtpPackets.CIPHERS;
import static org.consultrelay.relay.srtp.SrtpPath.SSRC;
import static org.consultrelay.relay.srtp.SrtpReceiver.AUTHENTICATION_FAILED;
import static org.consultrelay.relay.srtp.SrtpReceiver.MALFORMED;
import static org.consultrelay.relay.srtp.SrtpReceiver.REPLAYED;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets that the peer did not make. */
class SrtpHostileInputTest {

  @ParameterizedTest
  @EnumSource
  void aFlippedBitAnywhereFailsAndChangesNothing(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 1)) {
      byte[] packet = path.rtp(SSRC, 700);
      for (int bit = 0; bit < packet.length * 8; bit++) {
        byte[] altered = flip(packet, bit);
        boolean parses =
            SrtpPackets.headerLength(altered) <= altered.length - profile.rtpTagLength();
        assertThat(path.take(altered))
            .as("bit %d of %d bytes", bit, packet.length)
            .isEqualTo(parses ? AUTHENTICATION_FAILED : MALFORMED);
      }
      assertThat(path.receiver.streamCount()).isZero();
      assertThat(path.receiver.lastIndex()).isEqualTo(-1);
      assertThat(path.take(packet)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFlippedBitInRtcpFailsAndChangesNothing(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 2)) {
      byte[] packet = path.rtcp(SSRC);
      for (int bit = 0; bit < packet.length * 8; bit++) {
        assertThat(path.takeRtcp(flip(packet, bit)))
            .as("bit %d of %d bytes", bit, packet.length)
            .isEqualTo(AUTHENTICATION_FAILED);
      }
      assertThat(path.receiver.streamCount()).isZero();
      assertThat(path.takeRtcp(packet)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void forgedNumbersMoveNeitherRolloverNorWindow(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 3)) {
      assertThat(path.passes(40_000)).isTrue();
      byte[] genuine = path.rtp(SSRC, 40_001);
      byte[] genuineRtcp = path.rtcp(SSRC);
      for (int sequenceNumber = 0; sequenceNumber < 1 << 16; sequenceNumber += 97) {
        byte[] forged = genuine.clone();
        forged[2] = (byte) (sequenceNumber >> 8);
        forged[3] = (byte) sequenceNumber;
        assertThat(path.take(forged)).isIn(AUTHENTICATION_FAILED, REPLAYED);
        byte[] forgedRtcp = genuineRtcp.clone();
        // The index word: last with GCM, before the tag with HMAC.
        int word = forgedRtcp.length - (profile == SrtpProfile.AEAD_AES_128_GCM ? 4 : 14);
        forgedRtcp[word] = (byte) 0xFF;
        forgedRtcp[word + 1] = (byte) (sequenceNumber >> 8);
        assertThat(path.takeRtcp(forgedRtcp)).isEqualTo(AUTHENTICATION_FAILED);
      }
      assertThat(path.take(genuine)).isPositive();
      assertThat(path.receiver.lastIndex()).isEqualTo(40_001);
      assertThat(path.takeRtcp(genuineRtcp)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFloodOfSsrcsLeavesNothingBehind(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 4)) {
      for (int i = 0; i < 2_000; i++) {
        int ssrc = path.random.nextInt();
        byte[] packet = SrtpPackets.rtp(path.random, ssrc, i, 60);
        assertThat(path.take(packet)).isEqualTo(AUTHENTICATION_FAILED);
        byte[] rtcp = SrtpPackets.rtcp(path.random, ssrc, 60);
        assertThat(path.takeRtcp(rtcp)).isEqualTo(AUTHENTICATION_FAILED);
      }
      assertThat(path.receiver.streamCount()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void truncatedPacketsAreRefused(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 5)) {
      byte[] rtp = path.rtp(SSRC, 1);
      int header = SrtpPackets.headerLength(rtp);
      for (int length = 0; length < rtp.length; length++) {
        int code =
            SrtpPackets.unprotectRtp(path.receiver, Arrays.copyOf(rtp, length), header, SSRC, 1)
                .code();
        assertThat(code)
            .as("RTP of %d bytes", length)
            .isEqualTo(
                length < header + profile.rtpTagLength() ? MALFORMED : AUTHENTICATION_FAILED);
      }
      byte[] rtcp = path.rtcp(SSRC);
      for (int length = 0; length < rtcp.length; length++) {
        assertThat(path.takeRtcp(Arrays.copyOf(rtcp, length)))
            .as("RTCP of %d bytes", length)
            .isEqualTo(
                length < 8 + profile.rtcpTrailerLength() ? MALFORMED : AUTHENTICATION_FAILED);
      }
      assertThat(path.take(rtp)).isPositive();
      assertThat(path.takeRtcp(rtcp)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void randomBytesAreRefused(SrtpProfile profile) {
    for (int seed = 0; seed < 3_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      // Now and then longer than any packet may be.
      int length = random.nextInt(10) == 0 ? random.nextInt(4_000) : random.nextInt(80);
      byte[] bytes = SrtpPackets.bytes(random, length);
      try (SrtpPath path = new SrtpPath(profile, seed)) {
        int header = random.nextInt(-20, length + 20);
        int code =
            SrtpPackets.unprotectRtp(
                    path.receiver, bytes, header, random.nextInt(), random.nextInt(1 << 16))
                .code();
        assertThat(code).as("seed %d", seed).isIn(MALFORMED, AUTHENTICATION_FAILED);
        assertThat(path.takeRtcp(bytes)).as("seed %d", seed).isIn(MALFORMED, AUTHENTICATION_FAILED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLongestPacketPassesAndALongerOneIsRefused(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 6)) {
      int longest = SrtpSender.MAX_PACKET_LENGTH - profile.rtcpTrailerLength();
      byte[] rtcp = SrtpPackets.rtcp(path.random, SSRC, longest);
      byte[] srtcp = SrtpPackets.protectRtcp(path.sender, profile, rtcp);
      assertThat(SrtpPackets.unprotectRtcp(path.receiver, srtcp).packet()).isEqualTo(rtcp);

      byte[] longer = Arrays.copyOf(srtcp, srtcp.length + 1);
      assertThat(path.takeRtcp(longer)).isEqualTo(MALFORMED);
      assertThat(path.take(longer)).isEqualTo(MALFORMED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachDirectionAndEachProtocolHasKeysOfItsOwn(SrtpProfile profile) {
    SrtpPackets.assumeOffered(profile);
    SplittableRandom random = new SplittableRandom(7);
    byte[] material = SrtpPackets.bytes(random, SrtpKeys.exporterLength(profile));
    try (SrtpSender client = CIPHERS.sender(SrtpKeys.clientWrite(profile, material));
        SrtpSender server = CIPHERS.sender(SrtpKeys.serverWrite(profile, material));
        SrtpReceiver fromClient = CIPHERS.receiver(SrtpKeys.clientWrite(profile, material))) {
      byte[] packet = SrtpPackets.rtp(random, SSRC, 5, 100);
      byte[] reflected = SrtpPackets.protectRtp(server, profile, packet, 5);
      assertThat(SrtpPackets.unprotectRtp(fromClient, reflected).code())
          .isEqualTo(AUTHENTICATION_FAILED);

      byte[] asRtp = SrtpPackets.protectRtcp(client, profile, packet);
      assertThat(SrtpPackets.unprotectRtp(fromClient, asRtp).code())
          .isEqualTo(AUTHENTICATION_FAILED);
      byte[] asRtcp = SrtpPackets.protectRtp(client, profile, packet, 5);
      assertThat(SrtpPackets.unprotectRtcp(fromClient, asRtcp).code())
          .isEqualTo(AUTHENTICATION_FAILED);

      assertThat(SrtpPackets.unprotectRtp(fromClient, asRtcp).packet()).isEqualTo(packet);
    }
  }

  private static byte[] flip(byte[] packet, int bit) {
    byte[] altered = packet.clone();
    altered[bit / 8] ^= (byte) (1 << bit % 8);
    return altered;
  }
}
