package org.consultrelay.relay.signal.livekit.webhook;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.consultrelay.relay.api.ApiKeyring;
import org.jspecify.annotations.Nullable;

/**
 * Signs what is sent: a token of the key (HS256) that holds the SHA-256 of the body. Which keys
 * there are is asked each time, so that a change of keys holds for what waits as well. Thread-safe.
 */
final class WebhookSignature {
  private static final Duration VALIDITY = Duration.ofMinutes(5);

  private final ApiKeyring keys;
  private final InstantSource clock;
  private volatile String apiKey;
  private String last;

  /**
   * A signature by one of the keys.
   *
   * @param apiKey the key that signs; empty: the only one that there is
   * @param keys the keys as they are now
   */
  WebhookSignature(String apiKey, ApiKeyring keys, InstantSource clock) {
    this.apiKey = apiKey;
    this.keys = keys;
    this.clock = clock;
    ApiKeyring.Key key = find(apiKey);
    this.last = key == null ? "" : key.name();
  }

  /**
   * The value of the header {@code Authorization} for this body.
   *
   * @throws Delivery.FailedException when the key is not there, or none was named and there are
   *     several
   */
  String of(byte[] body) throws Delivery.FailedException {
    String name = apiKey;
    ApiKeyring.Key key = find(name);
    if (key == null) {
      throw new Delivery.FailedException(
          name.isEmpty()
              ? "there are " + keys.keys().size() + " keys, and webhooks.apiKey names none"
              : "the key of webhooks.apiKey is not there");
    }
    // Without a beginning: a receiver whose clock is behind is to take it as well.
    return JWT.create()
        .withIssuer(key.name())
        .withExpiresAt(clock.instant().plus(VALIDITY))
        .withClaim("sha256", Base64.getEncoder().encodeToString(sha256(body)))
        .sign(Algorithm.HMAC256(key.secret()));
  }

  private ApiKeyring.@Nullable Key find(String name) {
    List<ApiKeyring.Key> all = keys.keys();
    return name.isEmpty() && all.size() == 1 ? all.getFirst() : keys.find(name).orElse(null);
  }

  /**
   * Signs by another key from now on; empty: the only one that there is. Where that is none, as it
   * is now, the key stays that signed before.
   *
   * @return whether it signs by that key now
   */
  boolean use(String otherKey) {
    ApiKeyring.Key key = find(otherKey);
    if (key != null) {
      apiKey = otherKey;
      last = key.name();
    } else if (apiKey.isEmpty()) {
      // There was one key, and now there are several: it was that one.
      apiKey = last;
    }
    return key != null;
  }

  static byte[] sha256(byte[] body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
