package org.consultrelay.relay.signal.livekit.webhook;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Signs what is sent: a token of the key (HS256) that holds the SHA-256 of the body. Which keys
 * there are is asked each time, so that a change of keys holds for what waits as well. Thread-safe.
 */
final class WebhookSignature {
  private static final Duration VALIDITY = Duration.ofMinutes(5);

  /** There is no key to sign with. */
  static final class NoKeyException extends Exception {
    private static final long serialVersionUID = 1;

    NoKeyException(String message) {
      super(message);
    }
  }

  private final String apiKey;
  private final Supplier<Map<String, String>> secrets;
  private final InstantSource clock;

  /**
   * A signature by one of the keys.
   *
   * @param apiKey the key that signs; empty: the only one that there is
   * @param secrets the secrets by key, as they are now
   */
  WebhookSignature(
      String apiKey, Supplier<Map<String, String>> secrets, InstantSource clock) {
    this.apiKey = apiKey;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * The value of the header {@code Authorization} for this body.
   *
   * @throws NoKeyException when the key is not there, or none was named and there are several
   */
  String of(byte[] body) throws NoKeyException {
    Map<String, String> now = secrets.get();
    String key = apiKey.isEmpty() && now.size() == 1 ? now.keySet().iterator().next() : apiKey;
    String secret = now.get(key);
    if (secret == null) {
      throw new NoKeyException(
          apiKey.isEmpty()
              ? "there are " + now.size() + " keys, and webhooks.apiKey names none"
              : "the key of webhooks.apiKey is not there");
    }
    Instant at = clock.instant();
    return JWT.create()
        .withIssuer(key)
        .withNotBefore(at)
        .withExpiresAt(at.plus(VALIDITY))
        .withClaim("sha256", Base64.getEncoder().encodeToString(sha256(body)))
        .sign(Algorithm.HMAC256(secret));
  }

  static byte[] sha256(byte[] body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
