package org.consultrelay.relay.ice;

import java.util.random.RandomGenerator;

/**
 * One side's user name fragment and password (RFC 8445 §5.3, RFC 8839 §5.4). Throws {@link
 * IllegalArgumentException} unless they are of ice-char and 4 to 256, 22 to 256 characters long.
 *
 * @param ufrag goes over the wire in the clear
 * @param password keys the checks; secret
 */
public record IceCredentials(String ufrag, String password) {
  /** Characters of a fragment that we make: 48 bits, so that a loop's participants never clash. */
  public static final int UFRAG_LENGTH = 8;

  /** Characters of a password that we make: 144 bits, RFC 8445 §5.3 asks for 128. */
  public static final int PASSWORD_LENGTH = 24;

  private static final String ICE_CHARS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  /** Checks the form. */
  public IceCredentials {
    if (!isValid(ufrag, 4)) {
      throw new IllegalArgumentException("ice-ufrag is not 4 to 256 ice-chars");
    }
    if (!isValid(password, 22)) {
      throw new IllegalArgumentException("ice-pwd is not 22 to 256 ice-chars");
    }
  }

  /** New credentials. The source must be cryptographically random. */
  public static IceCredentials random(RandomGenerator random) {
    return new IceCredentials(chars(random, UFRAG_LENGTH), chars(random, PASSWORD_LENGTH));
  }

  private static String chars(RandomGenerator random, int length) {
    StringBuilder chars = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      chars.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
    }
    return chars.toString();
  }

  private static boolean isValid(String text, int minimum) {
    if (text.length() < minimum || text.length() > 256) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (ICE_CHARS.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "IceCredentials[ufrag=" + ufrag + "]";
  }
}
