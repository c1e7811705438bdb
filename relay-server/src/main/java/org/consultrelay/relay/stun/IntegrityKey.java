package org.consultrelay.relay.stun;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.consultrelay.relay.wire.HmacSha1;
import org.jspecify.annotations.Nullable;

/**
 * A key for MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 §9.1.1, §9.2.2). Keeps its MAC
 * objects between messages, so it belongs to one thread at a time.
 *
 * <p>Strings are taken as prepared: RFC 8265's OpaqueString profile changes nothing in the
 * credentials that we make ourselves, which are ASCII.
 */
public final class IntegrityKey {
  private final byte[] key;
  private @Nullable Mac sha1;
  private @Nullable Mac sha256;
  private @Nullable HmacSha1 hmacSha1;

  private IntegrityKey(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("an empty key");
    }
    this.key = key;
  }

  /** The short-term key: the password itself, as ICE uses it. */
  public static IntegrityKey shortTerm(String password) {
    return new IntegrityKey(password.getBytes(StandardCharsets.UTF_8));
  }

  /** The long-term key with MD5, the algorithm when PASSWORD-ALGORITHM is absent. */
  public static IntegrityKey longTerm(String username, String realm, String password) {
    return hashed("MD5", username, realm, password);
  }

  /** The long-term key with SHA-256, when PASSWORD-ALGORITHM says so (RFC 8489 §18.5.1.2). */
  public static IntegrityKey longTermSha256(String username, String realm, String password) {
    return hashed("SHA-256", username, realm, password);
  }

  private static IntegrityKey hashed(
      String algorithm, String username, String realm, String password) {
    String text = username + ":" + realm + ":" + password;
    try {
      return new IntegrityKey(
          MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + algorithm, e);
    }
  }

  /**
   * The digest over a message up to its integrity attribute, with the header's length as if that
   * attribute were the last (RFC 8489 §14.5).
   *
   * @param message begins with the header
   * @param end where the integrity attribute begins
   */
  byte[] digest(IntegrityAlgorithm algorithm, byte[] message, int end) {
    Mac mac = mac(algorithm);
    int length = end + StunCodec.ATTRIBUTE_HEADER + algorithm.length() - StunCodec.HEADER;
    mac.update(message, 0, 2);
    mac.update((byte) (length >> 8));
    mac.update((byte) length);
    mac.update(message, 4, end - 4);
    return mac.doFinal();
  }

  /** The key for those who must not allocate. */
  HmacSha1 hmacSha1() {
    HmacSha1 kept = hmacSha1;
    if (kept == null) {
      kept = new HmacSha1(key);
      hmacSha1 = kept;
    }
    return kept;
  }

  private Mac mac(IntegrityAlgorithm algorithm) {
    Mac mac = algorithm == IntegrityAlgorithm.SHA1 ? sha1 : sha256;
    if (mac != null) {
      return mac;
    }
    try {
      mac = Mac.getInstance(algorithm.mac());
      mac.init(new SecretKeySpec(key, algorithm.mac()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + algorithm.mac(), e);
    }
    if (algorithm == IntegrityAlgorithm.SHA1) {
      sha1 = mac;
    } else {
      sha256 = mac;
    }
    return mac;
  }
}
