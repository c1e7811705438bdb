package org.consultrelay.relay.wire;

import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A key for HMAC-SHA1 (RFC 2104), which SRTP and STUN both ask for with each packet. The JCE's own
 * Mac allocates for each message; two runs of SHA-1 over kept pads do not. The SHA-1 is handed in,
 * so that a thread needs one and a thousand keys do not hold a thousand.
 */
public final class HmacSha1 {
  /** Bytes of a code. */
  public static final int LENGTH = 20;

  private static final int BLOCK = 64;

  private final byte[] innerPad = new byte[BLOCK];
  private final byte[] outerPad = new byte[BLOCK];

  /**
   * Takes a key.
   *
   * @param key of any length; over 64 bytes its SHA-1 is the key (RFC 2104 §2); not kept
   */
  public HmacSha1(byte[] key) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? sha1().digest(key) : key, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      innerPad[i] = (byte) (block[i] ^ 0x36);
      outerPad[i] = (byte) (block[i] ^ 0x5C);
    }
    Arrays.fill(block, (byte) 0);
  }

  /** A SHA-1 to hand in. One thread. */
  public static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-1", e);
    }
  }

  /**
   * Computes a code. Allocates nothing.
   *
   * @param sha1 of the calling thread, with nothing in it; so it is left
   * @param offset where in {@code message} the bytes begin
   * @param length how many they are
   * @param code where the {@link #LENGTH} bytes of the code go; may be {@code message}
   * @param codeOffset where in {@code code} they begin
   */
  public void compute(
      MessageDigest sha1, byte[] message, int offset, int length, byte[] code, int codeOffset) {
    try {
      sha1.update(innerPad, 0, BLOCK);
      sha1.update(message, offset, length);
      sha1.digest(code, codeOffset, LENGTH);
      sha1.update(outerPad, 0, BLOCK);
      sha1.update(code, codeOffset, LENGTH);
      sha1.digest(code, codeOffset, LENGTH);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Wipes the key; codes computed afterwards are wrong. */
  public void erase() {
    Arrays.fill(innerPad, (byte) 0);
    Arrays.fill(outerPad, (byte) 0);
  }
}
