package org.consultrelay.relay.srtp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two ciphers once more, byte by byte as the RFCs write them, over the JCE's own GCM, CTR and
 * HMAC. Slow and wasteful; shares nothing with the fast ones, so that it can vouch for them.
 */
final class JceReference {
  private JceReference() {}

  /** An SRTP packet made from header and payload. */
  static byte[] protectRtp(SessionKey key, byte[] header, byte[] payload, int ssrc, long index)
      throws GeneralSecurityException {
    if (key.profile() == SrtpProfile.AEAD_AES_128_GCM) {
      return concat(header, gcm(key, ssrc, index, header, payload));
    }
    byte[] encrypted = concat(header, ctr(key, ssrc, index, payload));
    return concat(encrypted, hmac(key, concat(encrypted, word((int) (index >>> 16)))));
  }

  /** An encrypted SRTCP packet made from an RTCP packet. */
  static byte[] protectRtcp(SessionKey key, byte[] packet, int index)
      throws GeneralSecurityException {
    byte[] header = Arrays.copyOf(packet, 8);
    byte[] payload = Arrays.copyOfRange(packet, 8, packet.length);
    int ssrc = ByteBuffer.wrap(packet).getInt(4);
    byte[] indexWord = word(index | 0x8000_0000);
    if (key.profile() == SrtpProfile.AEAD_AES_128_GCM) {
      byte[] sealed = gcm(key, ssrc, index, concat(header, indexWord), payload);
      return concat(concat(header, sealed), indexWord);
    }
    byte[] encrypted = concat(concat(header, ctr(key, ssrc, index, payload)), indexWord);
    return concat(encrypted, hmac(key, encrypted));
  }

  private static byte[] gcm(SessionKey key, int ssrc, long index, byte[] clear, byte[] payload)
      throws GeneralSecurityException {
    byte[] iv =
        ByteBuffer.allocate(12)
            .putShort((short) 0)
            .putInt(ssrc)
            .putShort((short) (index >>> 32))
            .putInt((int) index)
            .array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key.cipherKey(), "AES"),
        new GCMParameterSpec(128, xor(iv, key.salt())));
    cipher.updateAAD(clear);
    return cipher.doFinal(payload);
  }

  private static byte[] ctr(SessionKey key, int ssrc, long index, byte[] payload)
      throws GeneralSecurityException {
    byte[] iv =
        ByteBuffer.allocate(16)
            .putInt(0)
            .putInt(ssrc)
            .putShort((short) (index >>> 32))
            .putInt((int) index)
            .array();
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key.cipherKey(), "AES"),
        new IvParameterSpec(xor(iv, key.salt())));
    return cipher.doFinal(payload);
  }

  private static byte[] hmac(SessionKey key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(key.authenticationKey(), "HmacSHA1"));
    return Arrays.copyOf(mac.doFinal(data), 10);
  }

  private static byte[] xor(byte[] iv, byte[] salt) {
    for (int i = 0; i < salt.length; i++) {
      iv[i] ^= salt[i];
    }
    return iv;
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
