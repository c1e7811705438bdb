package org.consultrelay.relay.turn;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Makes and knows nonces without keeping any (RFC 8489 §9.2): eight characters that hold the time
 * and a keyed hash over time and the client's host, because a 401 must stay shorter than twice the
 * shortest request. Of the host, not the port: a NAT that gives another port costs no round trip.
 * One thread.
 */
public final class NonceKey {
  /** What a nonce begins with when password algorithms are offered (RFC 8489 §9.2). */
  private static final String COOKIE = "obMatJos2";

  /** Password algorithms: the first of the 24 bits behind the cookie (RFC 8489 §18.1). */
  private static final String ALGORITHMS = COOKIE + "gAAA";

  private static final int UNIT_SECONDS = 8;
  private static final int TIME_BITS = 12;
  private static final int BYTES = 6;
  private static final int LENGTH = 8;

  private final Mac mac;
  private final int units;

  /**
   * Nonces of one key.
   *
   * @param key random; the same on all loops, or clients that the kernel moves must ask again
   * @param life for how long a nonce is good, up to 8 hours
   */
  public NonceKey(byte[] key, Duration life) {
    this.units = (int) Math.max(1, life.toSeconds() / UNIT_SECONDS);
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }

  /**
   * A nonce for a client.
   *
   * @param algorithms whether it says that password algorithms are offered
   */
  String make(TransportAddress client, Instant now, boolean algorithms) {
    String nonce = of(client, unit(now));
    return algorithms ? ALGORITHMS + nonce : nonce;
  }

  /** Whether a nonce was made for this client and is not too old. */
  boolean isGood(String nonce, TransportAddress client, Instant now) {
    String core = offersAlgorithms(nonce) ? nonce.substring(ALGORITHMS.length()) : nonce;
    if (core.length() != LENGTH) {
      return false;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(core);
    } catch (IllegalArgumentException e) {
      return false;
    }
    int made = (bytes[0] & 0xFF) << 4 | (bytes[1] & 0xF0) >>> 4;
    int age = unit(now) - made & (1 << TIME_BITS) - 1;
    byte[] expected = Base64.getUrlDecoder().decode(of(client, made));
    return age <= units && MessageDigest.isEqual(expected, bytes);
  }

  /** Whether a nonce says that password algorithms were offered. */
  static boolean offersAlgorithms(String nonce) {
    return nonce.startsWith(ALGORITHMS);
  }

  private static int unit(Instant now) {
    return (int) (now.getEpochSecond() / UNIT_SECONDS) & (1 << TIME_BITS) - 1;
  }

  private String of(TransportAddress client, int unit) {
    mac.update(
        ByteBuffer.allocate(20).putLong(client.high()).putLong(client.low()).putInt(unit).flip());
    byte[] nonce = Arrays.copyOf(mac.doFinal(), BYTES);
    nonce[0] = (byte) (unit >> 4);
    nonce[1] = (byte) (unit << 4 | nonce[1] & 0x0F);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
  }
}
