package org.consultrelay.relay.room;

import java.security.SecureRandom;
import java.util.Base64;

/** Names that must not be guessed and that nothing else has. Any thread. */
final class RandomNames {
  private final SecureRandom random;

  RandomNames(SecureRandom random) {
    this.random = random;
  }

  /** 128 random bits as a word for URLs. */
  String word() {
    return base64(16);
  }

  /** A name for what clients see: the prefix and 72 random bits. */
  String sid(String prefix) {
    // Words of letters and digits alone, as clients expect them.
    return prefix + base64(9).replace('-', 'x').replace('_', 'y');
  }

  private String base64(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
