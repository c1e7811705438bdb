package org.consultrelay.relay.turn;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * and a keyed hash over time, the client's host and what is offered, because a 401 must stay
 * shorter than twice the shortest request. Of the host, not the port: a NAT that gives another port
 * costs no round trip. One thread.
 */
public final class NonceKey {
  /** What a nonce begins with when password algorithms are offered (RFC 8489 §9.2). */
  private static final String COOKIE = "obMatJos2";

  /** Password algorithms: the first of the 24 bits behind the cookie (RFC 8489 §18.1). */
  private static final String ALGORITHMS = COOKIE + "gAAA";

  private static final int UNIT_SECONDS = 8;
  private static final int TIME_MASK = 0xFFF;
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
    String nonce = of(client, unit(now), algorithms);
    return algorithms ? ALGORITHMS + nonce : nonce;
  }

  /** What a nonce is worth. */
  enum Freshness {
    /** Made for this client's host, and not long ago. */
    FRESH,
    /** Made for it, but too long ago. */
    STALE,
    /** Not made here, or for another host. */
    FOREIGN
  }

  /**
   * Judges a nonce. Throws nothing and decodes nothing of a stranger's: what we would have written
   * at the time that its first two characters name is compared with it, in constant time.
   */
  Freshness judge(String nonce, TransportAddress client, Instant now) {
    boolean algorithms = offersAlgorithms(nonce);
    String core = algorithms ? nonce.substring(ALGORITHMS.length()) : nonce;
    if (core.length() != LENGTH) {
      return Freshness.FOREIGN;
    }
    int upper = sextet(core.charAt(0));
    int lower = sextet(core.charAt(1));
    if (upper < 0 || lower < 0) {
      return Freshness.FOREIGN;
    }
    // The characters hold the time's lower bits; the hash is over all of it, so that a nonce does
    // not come to life again when they have gone round.
    long unit = unit(now);
    long age = unit - (upper << 6 | lower) & TIME_MASK;
    byte[] expected = of(client, unit - age, algorithms).getBytes(StandardCharsets.ISO_8859_1);
    if (!MessageDigest.isEqual(expected, core.getBytes(StandardCharsets.ISO_8859_1))) {
      return Freshness.FOREIGN;
    }
    return age <= units ? Freshness.FRESH : Freshness.STALE;
  }

  /** Whether a nonce says that password algorithms were offered. */
  static boolean offersAlgorithms(String nonce) {
    return nonce.startsWith(ALGORITHMS);
  }

  private static long unit(Instant now) {
    return now.getEpochSecond() / UNIT_SECONDS;
  }

  private String of(TransportAddress client, long unit, boolean algorithms) {
    // Over the offer as well: who takes it off on the way is found out (RFC 8489 §9.2).
    mac.update(
        ByteBuffer.allocate(25)
            .putLong(client.high())
            .putLong(client.low())
            .putLong(unit)
            .put((byte) (algorithms ? 1 : 0))
            .flip());
    byte[] nonce = Arrays.copyOf(mac.doFinal(), BYTES);
    int time = (int) (unit & TIME_MASK);
    nonce[0] = (byte) (time >> 4);
    nonce[1] = (byte) ((time << 4) | (nonce[1] & 0x0F));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
  }

  /** The six bits of a character (RFC 4648 §5); -1 when it stands for none. */
  private static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }
}
