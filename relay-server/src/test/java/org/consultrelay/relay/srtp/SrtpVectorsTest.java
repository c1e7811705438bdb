package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.srtp.SrtpPackets.CIPHERS;
import static org.consultrelay.relay.srtp.SrtpPackets.hex;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Published test vectors. */
class SrtpVectorsTest {
  private static final SrtpProfile GCM = SrtpProfile.AEAD_AES_128_GCM;
  private static final SrtpProfile CM = SrtpProfile.AES_CM_128_HMAC_SHA1_80;

  private static final byte[] MASTER_KEY = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
  private static final byte[] MASTER_SALT = hex("0EC675AD498AFEEBB6960B3AABE6");

  /** RFC 7714 section 16 gives session keys; RTP and RTCP have the same. */
  private static final SessionKey QUID_PRO_QUO =
      new SessionKey(
          GCM,
          hex("000102030405060708090a0b0c0d0e0f"),
          new byte[0],
          hex("517569642070726f2071756f"));

  private static final byte[] GALLIA =
      hex(
          """
          8040f17b 8041f8d3 5501a0b2
          47616c6c 69612065 7374206f 6d6e6973 20646976
          69736120 696e2070 61727465 73207472 6573
          """);
  private static final byte[] GALLIA_PROTECTED =
      hex(
          """
          8040f17b 8041f8d3 5501a0b2
          f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
          0d294e6f 42a5f47a 51c7d19b 36de3adf 8833
          899d7f27 beb16a91 52cf765e e4390cce
          """);
  private static final byte[] MARS =
      hex(
          """
          81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
          deadbeef deadbeef deadbeef deadbeef deadbeef
          """);
  private static final byte[] MARS_PROTECTED =
      hex(
          """
          81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
          c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b
          c84aa458 96cf4d2f c5abf872 45d9eade 800005d4
          """);
  private static final byte[] MARS_AUTHENTICATED =
      hex(
          """
          81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
          deadbeef deadbeef deadbeef deadbeef deadbeef
          841dd968 3dd78ec9 2ae58790 125f62b3 000005d4
          """);

  // The packets that libsrtp tests itself with, from master keys to tag.
  private static final byte[] LIBSRTP_RTP =
      hex("800f1234 decafbad cafebabe abababab abababab abababab abababab");
  private static final byte[] LIBSRTP_RTCP =
      hex("81c8000b cafebabe abababab abababab abababab abababab");

  @Test
  void keyStreamOfRfc3711AppendixB2() {
    AesCmHmacSha1 cipher =
        new AesCmHmacSha1(
            new SessionKey(
                CM,
                hex("2B7E151628AED2A6ABF7158809CF4F3C"),
                new byte[20],
                hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD")));
    byte[] keystream = new byte[48];

    cipher.keystream(new byte[48], keystream, 0xF0F1F2F3F4F5F6F7L, 0xF8F9FAFBFCFD0000L, 3);
    assertThat(keystream)
        .isEqualTo(
            hex(
                """
                E03EAD0935C95E80E166B16DD92B4EB4
                D23513162B02D0F72A43A2FE4A5F97AB
                41E95B3BB0A2E8DD477901E4FCA894C0
                """));

    cipher.keystream(new byte[48], keystream, 0xF0F1F2F3F4F5F6F7L, 0xF8F9FAFBFCFDFEFFL, 3);
    assertThat(keystream)
        .isEqualTo(
            hex(
                """
                EC8CDF7398607CB0F2D21675EA9EA1E4
                362B7C3C6773516318A077D7FC5073AE
                6A2CC3787889374FBEB4C81B17BA6C44
                """));
  }

  @Test
  void keyDerivationOfRfc3711AppendixB3() {
    SessionKey key = SessionKey.forRtp(new SrtpKeys(CM, MASTER_KEY, MASTER_SALT));

    assertThat(key.cipherKey()).isEqualTo(hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assertThat(key.salt()).isEqualTo(hex("30CBBC08863D8C85D49DB34A9AE1"));
    assertThat(key.authenticationKey()).isEqualTo(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
    assertThat(SessionKey.generate(MASTER_KEY, MASTER_SALT, 1, 94))
        .isEqualTo(
            hex(
                """
                CEBE321F6FF7716B6FD4AB49AF256A15
                6D38BAA48F0A0ACF3C34E2359E6CDBCE
                E049646C43D9327AD175578EF7227098
                6371C10C9A369AC2F94A8C5FBCDDDC25
                6D6E919A48B610EF17C2041E47403576
                6B68642C59BBFC2F34DB60DBDFB2
                """));
  }

  @Test
  void rtpOfRfc7714Section16() throws Exception {
    SrtpPackets.assumeOffered(GCM);
    try (SrtpSender sender = CIPHERS.sender(QUID_PRO_QUO, QUID_PRO_QUO);
        SrtpReceiver receiver = CIPHERS.receiver(QUID_PRO_QUO, QUID_PRO_QUO)) {
      assertThat(SrtpPackets.protectRtp(sender, GCM, GALLIA, 0xF17B)).isEqualTo(GALLIA_PROTECTED);

      SrtpPackets.Outcome outcome = SrtpPackets.unprotectRtp(receiver, GALLIA_PROTECTED);
      assertThat(outcome.code()).isEqualTo(GALLIA.length);
      assertThat(outcome.packet()).isEqualTo(GALLIA);
      assertThat(receiver.lastIndex()).isEqualTo(0xF17B);
    }
    assertThat(
            JceReference.protectRtp(
                QUID_PRO_QUO,
                Arrays.copyOf(GALLIA, 12),
                Arrays.copyOfRange(GALLIA, 12, GALLIA.length),
                0x5501A0B2,
                0xF17B))
        .isEqualTo(GALLIA_PROTECTED);
  }

  @Test
  void rtcpOfRfc7714Section17() throws Exception {
    SrtpPackets.assumeOffered(GCM);
    try (SrtpSender sender = CIPHERS.sender(QUID_PRO_QUO, QUID_PRO_QUO);
        SrtpReceiver receiver = CIPHERS.receiver(QUID_PRO_QUO, QUID_PRO_QUO)) {
      sender.lastRtcpIndex(0x5D3);
      assertThat(SrtpPackets.protectRtcp(sender, GCM, MARS)).isEqualTo(MARS_PROTECTED);
      assertThat(SrtpPackets.unprotectRtcp(receiver, MARS_PROTECTED).packet()).isEqualTo(MARS);
    }
    assertThat(JceReference.protectRtcp(QUID_PRO_QUO, MARS, 0x5D4)).isEqualTo(MARS_PROTECTED);
  }

  @Test
  void rtcpThatIsOnlyAuthenticatedOfRfc7714Section17() {
    SrtpPackets.assumeOffered(GCM);
    try (SrtpReceiver receiver = CIPHERS.receiver(QUID_PRO_QUO, QUID_PRO_QUO)) {
      for (int i = 0; i < MARS_AUTHENTICATED.length; i++) {
        byte[] altered = MARS_AUTHENTICATED.clone();
        altered[i] ^= 1;
        assertThat(SrtpPackets.unprotectRtcp(receiver, altered).code())
            .isEqualTo(SrtpReceiver.AUTHENTICATION_FAILED);
      }
      assertThat(SrtpPackets.unprotectRtcp(receiver, MARS_AUTHENTICATED).packet()).isEqualTo(MARS);
    }
  }

  @Test
  void packetsOfLibsrtpWithGcm() {
    SrtpPackets.assumeOffered(GCM);
    checkLibsrtp(
        new SrtpKeys(GCM, hex("000102030405060708090a0b0c0d0e0f"), hex("a0a1a2a3a4a5a6a7a8a9aaab")),
        hex(
            """
            800f1234 decafbad cafebabe c5002ede 04cfdd2e b91159e0 880aa06e
            d2976826 f796b201 df3131a1 27e8a392
            """),
        hex(
            """
            81c8000b cafebabe c98b8b5d f0392a55 852b6c21 ac8e7025
            c52c6fbe a2b3b446 ea31123b a88ce61e 80000001
            """));
  }

  @Test
  void packetsOfLibsrtpWithCounterMode() {
    checkLibsrtp(
        new SrtpKeys(CM, MASTER_KEY, MASTER_SALT),
        hex(
            """
            800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402
            b78d6acc 99ea179b 8dbb
            """),
        hex(
            """
            81c8000b cafebabe 7128035b e487b9bd bef89041 f977a5a8
            80000001 993e08cd 54d6c123 0798
            """));
  }

  private static void checkLibsrtp(SrtpKeys keys, byte[] srtp, byte[] srtcp) {
    try (SrtpSender sender = CIPHERS.sender(keys);
        SrtpReceiver receiver = CIPHERS.receiver(keys)) {
      assertThat(SrtpPackets.protectRtp(sender, keys.profile(), LIBSRTP_RTP, 0x1234))
          .isEqualTo(srtp);
      assertThat(SrtpPackets.protectRtcp(sender, keys.profile(), LIBSRTP_RTCP)).isEqualTo(srtcp);
      assertThat(SrtpPackets.unprotectRtp(receiver, srtp).packet()).isEqualTo(LIBSRTP_RTP);
      assertThat(SrtpPackets.unprotectRtcp(receiver, srtcp).packet()).isEqualTo(LIBSRTP_RTCP);
    }
  }
}
