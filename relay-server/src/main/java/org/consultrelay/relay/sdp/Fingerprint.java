package org.consultrelay.relay.sdp;

import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A certificate's fingerprint, {@code a=fingerprint} (RFC 8122 §5).
 *
 * @param hash the hash function's name, kept in lower case, as {@code sha-256}
 * @param value the digest as hexadecimal bytes with colons between, kept in upper case
 */
public record Fingerprint(String hash, String value) {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();
  private static final int LONGEST_DIGEST = 64;

  /** Insists on the form; turns both parts to the canonical case, so that equal means equal. */
  public Fingerprint {
    SdpText.requireToken(hash, "a hash function");
    if (!isDigest(value)) {
      throw new IllegalArgumentException("a digest cannot be " + SdpText.quote(value));
    }
    hash = hash.toLowerCase(Locale.ROOT);
    value = value.toUpperCase(Locale.ROOT);
  }

  /** From the digest itself; {@code hash} as {@code sha-256}. */
  public static Fingerprint of(String hash, byte[] digest) {
    return new Fingerprint(hash, COLONS.formatHex(digest));
  }

  /** From an attribute's value, or null when it is not of the form. */
  static @Nullable Fingerprint parse(String text) {
    String hash = SdpText.before(text, ' ');
    String value = SdpText.after(text, ' ').strip();
    if (!SdpText.isToken(hash) || !isDigest(value)) {
      return null;
    }
    Fingerprint fingerprint = new Fingerprint(hash, value);
    int expected = digestLength(fingerprint.hash);
    return expected == 0 || expected == fingerprint.digest().length ? fingerprint : null;
  }

  /** The digest's bytes; a new array. */
  public byte[] digest() {
    return COLONS.parseHex(value);
  }

  private static int digestLength(String hash) {
    return switch (hash) {
      case "sha-1" -> 20;
      case "sha-224" -> 28;
      case "sha-256" -> 32;
      case "sha-384" -> 48;
      case "sha-512" -> 64;
      default -> 0;
    };
  }

  private static boolean isDigest(String value) {
    int bytes = (value.length() + 1) / 3;
    if (bytes < 1 || bytes > LONGEST_DIGEST || value.length() != bytes * 3 - 1) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (i % 3 == 2 ? c != ':' : !HexFormat.isHexDigit(c)) {
        return false;
      }
    }
    return true;
  }
}
