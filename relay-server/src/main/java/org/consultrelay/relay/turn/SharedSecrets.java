package org.consultrelay.relay.turn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-limited credentials ("REST API for access to TURN services"): the user name is {@code
 * expiry:name}, expiry in seconds since 1970, the password a keyed hash of it. Several secrets may
 * be valid at once, so that they can be changed one after the other. Any thread.
 */
public final class SharedSecrets {
  /** The longest name, in characters; a user name is its expiry and a colon longer. */
  public static final int MAX_NAME = 112;

  private static final String SHA1 = "HmacSHA1";
  private static final String SHA256 = "HmacSHA256";

  private final List<byte[]> secrets;

  private SharedSecrets(List<byte[]> secrets) {
    this.secrets = secrets;
  }

  /**
   * Credentials made with the first of these and accepted from all.
   *
   * @param secrets at least one; not empty ones
   */
  public static SharedSecrets of(List<String> secrets) {
    if (secrets.isEmpty() || secrets.contains("")) {
      throw new IllegalArgumentException("no secret, or an empty one");
    }
    return new SharedSecrets(
        secrets.stream().map(secret -> secret.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /**
   * What a client signs in with.
   *
   * @param username {@code expiry:name}
   * @param password never to be logged
   */
  public record Credential(String username, String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Credential";
    }
  }

  /**
   * Makes a credential.
   *
   * @param name any text without a colon, of 1 to {@link #MAX_NAME} characters
   * @param life for how long from now
   * @throws IllegalArgumentException when the name is none: nobody could sign in with it
   */
  public Credential issue(String name, Duration life, Instant now) {
    if (name.isEmpty() || name.length() > MAX_NAME || name.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a name of 1 to " + MAX_NAME + " characters, no colon");
    }
    String username = now.plus(life).getEpochSecond() + ":" + name;
    return new Credential(username, password(SHA1, secrets.getFirst(), username));
  }

  /** The passwords that would be right for a user name, the usual one first. */
  List<String> passwords(String username) {
    List<String> passwords = new ArrayList<>(2 * secrets.size());
    for (byte[] secret : secrets) {
      passwords.add(password(SHA1, secret, username));
      passwords.add(password(SHA256, secret, username));
    }
    return passwords;
  }

  private static String password(String algorithm, byte[] secret, String username) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + algorithm, e);
    }
  }

  /** No secrets. */
  @Override
  public String toString() {
    return secrets.size() + " secrets";
  }
}
