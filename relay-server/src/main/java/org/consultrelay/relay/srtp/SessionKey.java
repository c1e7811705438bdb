package org.consultrelay.relay.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one cipher works with: the session keys of SRTP or of SRTCP in one direction, derived from
 * the master key once (RFC 3711 section 4.3, key derivation rate 0; RFC 7714 section 11).
 *
 * @param profile which cipher they are for
 * @param cipherKey encrypts
 * @param authenticationKey for HMAC-SHA1, 20 bytes; empty for AEAD ciphers
 * @param salt goes into each packet's IV
 */
@SuppressWarnings("ArrayRecordComponent") // stays within this package, is read and never compared
record SessionKey(SrtpProfile profile, byte[] cipherKey, byte[] authenticationKey, byte[] salt) {
  private static final int LABEL_POSITION = 7;
  private static final int RTP_LABELS = 0;
  private static final int RTCP_LABELS = 3;

  /** The session keys for RTP packets. */
  static SessionKey forRtp(SrtpKeys keys) {
    return derive(keys, RTP_LABELS);
  }

  /** The session keys for RTCP packets. */
  static SessionKey forRtcp(SrtpKeys keys) {
    return derive(keys, RTCP_LABELS);
  }

  // Three labels each: encryption, authentication, salt.
  private static SessionKey derive(SrtpKeys keys, int labels) {
    SrtpProfile profile = keys.profile();
    byte[] masterKey = keys.masterKey();
    byte[] masterSalt = keys.masterSalt();
    int authenticationLength = profile == SrtpProfile.AES_CM_128_HMAC_SHA1_80 ? 20 : 0;
    return new SessionKey(
        profile,
        generate(masterKey, masterSalt, labels, profile.keyLength()),
        generate(masterKey, masterSalt, labels + 1, authenticationLength),
        generate(masterKey, masterSalt, labels + 2, profile.saltLength()));
  }

  /**
   * The AES-CM pseudo-random function of RFC 3711 section 4.3.3. A master salt of 12 bytes counts
   * as 14 with two zeros behind it.
   *
   * @param length how many bytes to make
   */
  @SuppressWarnings("InsecureCryptoUsage") // counter mode is built from single blocks here
  static byte[] generate(byte[] masterKey, byte[] masterSalt, int label, int length) {
    byte[] counters = new byte[(length + 15) / 16 * 16];
    for (int block = 0; block < counters.length; block += 16) {
      System.arraycopy(masterSalt, 0, counters, block, masterSalt.length);
      counters[block + LABEL_POSITION] ^= (byte) label;
      counters[block + 15] = (byte) (block / 16);
    }
    try {
      Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"));
      return Arrays.copyOf(aes.doFinal(counters), length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES", e);
    }
  }

  @Override
  public String toString() {
    return "SessionKey[" + profile + "]";
  }
}
