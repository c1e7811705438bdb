package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.srtp.SrtpPackets.CIPHERS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ciphers against the JCE's, for random packets of all sizes. */
class SrtpReferenceTest {
  private static final int LARGEST = 1_400;

  @ParameterizedTest
  @EnumSource
  void rtpPacketsAreTheReferencesPackets(SrtpProfile profile) throws Exception {
    SrtpPackets.assumeOffered(profile);
    SplittableRandom random = new SplittableRandom(1);
    for (int payloadLength = 0; payloadLength <= LARGEST; payloadLength++) {
      SrtpKeys keys = SrtpPackets.keys(profile, random);
      int ssrc = random.nextInt();
      long index = random.nextLong(1L << 48);
      byte[] packet = SrtpPackets.rtp(random, ssrc, (int) index & 0xFFFF, payloadLength);
      int header = SrtpPackets.headerLength(packet);
      byte[] expected =
          JceReference.protectRtp(
              SessionKey.forRtp(keys),
              Arrays.copyOf(packet, header),
              Arrays.copyOfRange(packet, header, packet.length),
              ssrc,
              index);
      try (SrtpSender sender = CIPHERS.sender(keys)) {
        assertThat(SrtpPackets.protectRtp(sender, profile, packet, index))
            .as("payload of %d bytes", payloadLength)
            .isEqualTo(expected);
        assertThat(expected).hasSize(packet.length + profile.rtpTagLength());
      }
      // A receiver starts with no roll-overs.
      index &= 0xFFFF;
      try (SrtpSender sender = CIPHERS.sender(keys);
          SrtpReceiver receiver = CIPHERS.receiver(keys)) {
        byte[] srtp = SrtpPackets.protectRtp(sender, profile, packet, index);
        assertThat(SrtpPackets.unprotectRtp(receiver, srtp).packet()).isEqualTo(packet);
        assertThat(receiver.lastIndex()).isEqualTo(index);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rtcpPacketsAreTheReferencesPackets(SrtpProfile profile) throws Exception {
    SrtpPackets.assumeOffered(profile);
    SplittableRandom random = new SplittableRandom(2);
    for (int length = 8; length <= LARGEST; length++) {
      SrtpKeys keys = SrtpPackets.keys(profile, random);
      byte[] packet = SrtpPackets.rtcp(random, random.nextInt(), length);
      int index = random.nextInt(1, Integer.MAX_VALUE);
      try (SrtpSender sender = CIPHERS.sender(keys);
          SrtpReceiver receiver = CIPHERS.receiver(keys)) {
        sender.lastRtcpIndex(index - 1);
        byte[] srtcp = SrtpPackets.protectRtcp(sender, profile, packet);
        assertThat(srtcp)
            .as("%d bytes", length)
            .isEqualTo(JceReference.protectRtcp(SessionKey.forRtcp(keys), packet, index))
            .hasSize(length + profile.rtcpTrailerLength());
        assertThat(SrtpPackets.unprotectRtcp(receiver, srtcp).packet()).isEqualTo(packet);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void inPlaceAtAnyOffsetIsTheSame(SrtpProfile profile) {
    SrtpPackets.assumeOffered(profile);
    SplittableRandom random = new SplittableRandom(3);
    try (SrtpSender sender = CIPHERS.sender(SrtpPackets.keys(profile, random));
        Arena arena = Arena.ofConfined()) {
      for (int offset = 0; offset < 70; offset++) {
        byte[] packet = SrtpPackets.rtp(random, 5, offset, 200);
        int header = SrtpPackets.headerLength(packet);
        byte[] expected = SrtpPackets.protectRtp(sender, profile, packet, offset);
        byte[] around = SrtpPackets.bytes(random, offset + expected.length + 9);
        MemorySegment memory = arena.allocate(around.length);
        Bytes.put(memory, 0, around);
        Bytes.put(memory, offset, packet);

        int length =
            sender.protectRtp(memory, offset, header, memory, offset + header, 200, 5, offset);

        assertThat(Bytes.toArray(memory, offset, length)).isEqualTo(expected);
        System.arraycopy(expected, 0, around, offset, length);
        assertThat(Bytes.toArray(memory, 0, around.length)).isEqualTo(around);
      }
    }
  }
}
