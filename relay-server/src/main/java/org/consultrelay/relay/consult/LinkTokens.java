package org.consultrelay.relay.consult;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the tokens of links: a version, the link's id and a shortened HMAC-SHA256 (RFC
 * 2104 §5), as base64url without padding (RFC 4648 §5): 30 characters. One that we did not make is
 * told without a look-up. Thread-safe.
 */
final class LinkTokens {
  /** Of a link's id. */
  static final int ID_BYTES = 9;

  private static final int SIGNATURE_BYTES = 12;
  private static final int TOKEN_BYTES = 1 + ID_BYTES + SIGNATURE_BYTES;
  private static final byte VERSION = 1;
  private static final String HMAC = "HmacSHA256";

  private final SecretKeySpec key;

  /**
   * With a secret of their own.
   *
   * @param secret 32 bytes or more
   */
  LinkTokens(byte[] secret) {
    key = new SecretKeySpec(secret, HMAC);
  }

  /**
   * The token of a link.
   *
   * @param id of 9 bytes in base64url, 12 characters
   */
  String of(String id) {
    byte[] token = new byte[TOKEN_BYTES];
    token[0] = VERSION;
    System.arraycopy(Base64.getUrlDecoder().decode(id), 0, token, 1, ID_BYTES);
    System.arraycopy(signature(token), 0, token, 1 + ID_BYTES, SIGNATURE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** The id of the link whose token that is, if we made it. */
  Optional<String> check(String token) {
    if (token.length() != (TOKEN_BYTES * 8 + 5) / 6) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length != TOKEN_BYTES || bytes[0] != VERSION) {
      return Optional.empty();
    }
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token)) {
      // The last letter has bits to spare: one token has one spelling.
      return Optional.empty();
    }
    byte[] wanted = Arrays.copyOf(signature(bytes), SIGNATURE_BYTES);
    byte[] given = Arrays.copyOfRange(bytes, 1 + ID_BYTES, TOKEN_BYTES);
    return MessageDigest.isEqual(wanted, given)
        ? Optional.of(
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(bytes, 1, 1 + ID_BYTES)))
        : Optional.empty();
  }

  private byte[] signature(byte[] token) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update(token, 0, 1 + ID_BYTES);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }
}
