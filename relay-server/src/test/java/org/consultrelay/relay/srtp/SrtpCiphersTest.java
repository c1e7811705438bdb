package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consultrelay.relay.srtp.SrtpPackets.CIPHERS;
import static org.consultrelay.relay.srtp.SrtpProfile.AEAD_AES_128_GCM;
import static org.consultrelay.relay.srtp.SrtpProfile.AES_CM_128_HMAC_SHA1_80;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpCiphersTest {

  @Test
  void gcmIsPreferredWhereLibcryptoIs() {
    SrtpPackets.assumeOffered(AEAD_AES_128_GCM);

    assertThat(CIPHERS.hasLibcrypto()).isTrue();
    assertThat(CIPHERS.profiles()).containsExactly(AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_80);
    assertThat(CIPHERS.description()).contains("AEAD_AES_128_GCM with OpenSSL");
  }

  @Test
  void pureJavaOffersCounterModeOnly() {
    SrtpCiphers ciphers = SrtpCiphers.pureJava();
    SrtpKeys keys = SrtpPackets.keys(AEAD_AES_128_GCM, new SplittableRandom(1));

    assertThat(ciphers.hasLibcrypto()).isFalse();
    assertThat(ciphers.profiles()).containsExactly(AES_CM_128_HMAC_SHA1_80);
    assertThat(ciphers.description()).contains("not offered");
    assertThatThrownBy(() -> ciphers.sender(keys)).isInstanceOf(IllegalArgumentException.class);
    assertThat(ciphers.selfTest()).isPositive();
  }

  @Test
  void theSelfTestSaysWhatItDid() {
    assertThat(CIPHERS.selfTest()).isEqualTo(CIPHERS.profiles().size() * 22);
    assertThat(CIPHERS.warmUp()).isGreaterThan(1_000);
  }

  @Test
  void aLibraryThatEncryptsWronglyIsNotOffered() {
    SrtpPackets.assumeOffered(AEAD_AES_128_GCM);
    // Agrees with itself in both directions, and with nobody else.
    PacketCipher.Factory wrong =
        (key, seals) -> {
          byte[] salt = key.salt().clone();
          salt[11] ^= 1;
          return new AesGcm(
              new SessionKey(key.profile(), key.cipherKey(), key.authenticationKey(), salt), seals);
        };

    SrtpCiphers ciphers = SrtpCiphers.withGcm(wrong, "Wrong 1.0");

    assertThat(ciphers.profiles()).containsExactly(AES_CM_128_HMAC_SHA1_80);
    assertThat(ciphers.description()).contains("Wrong 1.0 failed its self-test");
    assertThatThrownBy(() -> new SrtpCiphers(wrong, "wrong").selfTest())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AEAD_AES_128_GCM");
  }

  @Test
  void aLibraryThatBelievesEverythingIsNotOffered() {
    SrtpPackets.assumeOffered(AEAD_AES_128_GCM);

    SrtpCiphers ciphers =
        SrtpCiphers.withGcm((key, seals) -> new Credulous(new AesGcm(key, seals)), "Wrong 1.0");

    assertThat(ciphers.hasLibcrypto()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void callsThatCannotBeRightThrow(SrtpProfile profile) {
    SrtpPackets.assumeOffered(profile);
    SrtpKeys keys = SrtpPackets.keys(profile, new SplittableRandom(2));
    try (SrtpSender sender = CIPHERS.sender(keys);
        SrtpReceiver receiver = CIPHERS.receiver(keys);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(100);
      int room = 100 - profile.rtpTagLength();
      assertThat(sender.protectRtp(memory, 0, 12, memory, 12, room - 12, 1, 1)).isEqualTo(100);
      assertThatThrownBy(() -> sender.protectRtp(memory, 0, 12, memory, 12, room - 11, 1, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> sender.protectRtp(memory, 0, 11, memory, 12, 1, 1, 2))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sender.protectRtp(memory, 0, 12, memory, 12, -1, 1, 2))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sender.protectRtp(memory, 0, 12, memory, 12, 1, 1, 1L << 48))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sender.protectRtcp(memory, 0, 7))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sender.protectRtcp(memory, 0, 99))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> receiver.unprotectRtp(memory, 1, 100, 12, 1, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      sender.lastRtcpIndex(Integer.MAX_VALUE);
      assertThatThrownBy(() -> sender.protectRtcp(memory, 0, 20))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedOnesRefuseAndCloseOnce(SrtpProfile profile) {
    SrtpPackets.assumeOffered(profile);
    SrtpKeys keys = SrtpPackets.keys(profile, new SplittableRandom(3));
    SrtpSender sender = CIPHERS.sender(keys);
    SrtpReceiver receiver = CIPHERS.receiver(keys);
    sender.close();
    sender.close();
    receiver.close();
    receiver.close();

    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(200);
      assertThatThrownBy(() -> sender.protectRtp(memory, 0, 12, memory, 12, 10, 1, 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> sender.protectRtcp(memory, 0, 20))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> receiver.unprotectRtp(memory, 0, 100, 12, 1, 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> receiver.unprotectRtcp(memory, 0, 100))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Encrypts rightly and takes whatever comes. */
  private static final class Credulous extends PacketCipher {
    private final AesGcm gcm;

    Credulous(AesGcm gcm) {
      this.gcm = gcm;
    }

    @Override
    int sealRtp(
        MemorySegment target,
        long targetOffset,
        int headerLength,
        MemorySegment source,
        long payloadOffset,
        int payloadLength,
        int ssrc,
        long index) {
      return gcm.sealRtp(
          target, targetOffset, headerLength, source, payloadOffset, payloadLength, ssrc, index);
    }

    @Override
    boolean openRtp(
        MemorySegment memory, long offset, int length, int headerLength, int ssrc, long index) {
      return gcm.openRtp(memory, offset, length, headerLength, ssrc, index) || length > 0;
    }

    @Override
    int sealRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord) {
      return gcm.sealRtcp(memory, offset, length, ssrc, indexWord);
    }

    @Override
    boolean openRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord) {
      return gcm.openRtcp(memory, offset, length, ssrc, indexWord) || length > 0;
    }

    @Override
    int rtcpIndexPosition(int length) {
      return gcm.rtcpIndexPosition(length);
    }

    @Override
    public void close() {
      gcm.close();
    }
  }
}
