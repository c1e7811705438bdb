package org.consultrelay.load.turn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How clients log in at a TURN server: the long-term mechanism (RFC 8489 §9.2) in two ways. */
public sealed interface TurnLogin {
  /** What a client says. Each client gets a name of its own where the login allows it. */
  Credentials credentials(int client, long nowSeconds);

  /**
   * A client's name and password.
   *
   * @param username at most 508 bytes
   * @param password goes over no wire
   */
  record Credentials(String username, String password) {
    @Override
    public String toString() {
      return "Credentials[redacted]";
    }
  }

  /** One name and password for all clients. */
  record Password(String username, String password) implements TurnLogin {
    @Override
    public Credentials credentials(int client, long nowSeconds) {
      return new Credentials(username, password);
    }

    @Override
    public String toString() {
      return "Password[redacted]";
    }
  }

  /**
   * A secret shared with the server: names are {@code expiry:name}, passwords their HMAC-SHA1 in
   * Base64 ("A REST API For Access To TURN Services", as coturn's {@code use-auth-secret}).
   */
  record Secret(String secret) implements TurnLogin {
    private static final long VALID_SECONDS = 3_600;

    @Override
    public Credentials credentials(int client, long nowSeconds) {
      String username = nowSeconds + VALID_SECONDS + ":bench-" + client;
      try {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        byte[] digest = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
        return new Credentials(username, Base64.getEncoder().encodeToString(digest));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java has no HmacSHA1", e);
      }
    }

    @Override
    public String toString() {
      return "Secret[redacted]";
    }
  }
}
