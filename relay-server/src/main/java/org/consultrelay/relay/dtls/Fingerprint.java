package org.consultrelay.relay.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A certificate's fingerprint as in SDP's {@code a=fingerprint} (RFC 8122 §5). SHA-256, SHA-384 and
 * SHA-512 are known; SHA-1 and MD5 are not accepted from anybody.
 *
 * @param algorithm the hash function's name as in SDP, lower case: {@code sha-256}
 * @param value the hash, 32, 48 or 64 bytes; treat as constant
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString are our own
public record Fingerprint(String algorithm, byte[] value) {
  private static final HexFormat TEXT = HexFormat.ofDelimiter(":").withUpperCase();

  /** Checks that the algorithm is known and the value as long as it makes it. */
  public Fingerprint {
    int length = length(algorithm);
    if (length != value.length) {
      throw new IllegalArgumentException(algorithm + " of " + value.length + " bytes");
    }
    value = value.clone();
  }

  /**
   * The fingerprint that an SDP attribute's two words name.
   *
   * @param algorithm {@code sha-256} and the like, in any case
   * @param text pairs of hexadecimal digits, in any case, with colons between
   * @return null if the algorithm is not one of ours or the text is not its hash's
   */
  public static @Nullable Fingerprint parse(String algorithm, String text) {
    String name = algorithm.toLowerCase(Locale.ROOT);
    int length = length(name);
    if (length == 0 || text.length() != 3 * length - 1) {
      return null;
    }
    byte[] value = new byte[length];
    for (int i = 0; i < length; i++) {
      int at = 3 * i;
      char first = text.charAt(at);
      char second = text.charAt(at + 1);
      if (!HexFormat.isHexDigit(first)
          || !HexFormat.isHexDigit(second)
          || (i > 0 && text.charAt(at - 1) != ':')) {
        return null;
      }
      value[i] = (byte) (HexFormat.fromHexDigit(first) << 4 | HexFormat.fromHexDigit(second));
    }
    return new Fingerprint(name, value);
  }

  /** The SHA-256 fingerprint of a certificate in DER. */
  public static Fingerprint of(byte[] certificateDer) {
    return new Fingerprint("sha-256", digest("sha-256", certificateDer));
  }

  /** The value as SDP writes it: {@code AB:CD:…}. */
  public String text() {
    return TEXT.formatHex(value);
  }

  /** Whether this is the fingerprint of the certificate. Takes the same time either way. */
  public boolean matches(byte[] certificateDer) {
    return MessageDigest.isEqual(value, digest(algorithm, certificateDer));
  }

  private static int length(String algorithm) {
    return switch (algorithm) {
      case "sha-256" -> 32;
      case "sha-384" -> 48;
      case "sha-512" -> 64;
      default -> 0;
    };
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      // The JDK's names are these in upper case.
      return MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT)).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-2", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fingerprint that
        && algorithm.equals(that.algorithm)
        && MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** The SDP attribute's value: {@code sha-256 AB:CD:…}. */
  @Override
  public String toString() {
    return algorithm + " " + text();
  }
}
