package org.consultrelay.relay.api;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Makes tokens: for development, the command line, tests, and to hand a participant a fresh one
 * before its own ends. Thread-safe.
 */
public final class TokenIssuer {
  private final String apiKey;
  private final Algorithm algorithm;
  private final InstantSource clock;

  /** An issuer that signs with the secret of an API key. */
  public TokenIssuer(String apiKey, String secret, InstantSource clock) {
    this.apiKey = apiKey;
    this.algorithm = Algorithm.HMAC256(secret);
    this.clock = clock;
  }

  /** A token that says {@code grants} and is valid from now for so long, in whole seconds. */
  public String issue(Grants grants, Duration validity) {
    Instant now = clock.instant();
    JWTCreator.Builder token =
        JWT.create()
            .withIssuer(apiKey)
            .withNotBefore(now)
            .withExpiresAt(now.plus(validity))
            .withClaim("video", Claims.write(grants.video()));
    text(token, "sub", grants.identity());
    text(token, "name", grants.name());
    text(token, "metadata", grants.metadata());
    text(token, "kind", grants.kind());
    if (!grants.attributes().isEmpty()) {
      token.withClaim("attributes", Map.copyOf(grants.attributes()));
    }
    if (!grants.room().equals(RoomConfig.NONE)) {
      token.withClaim("roomConfig", Claims.write(grants.room()));
    }
    return token.sign(algorithm);
  }

  private static void text(JWTCreator.Builder token, String claim, String value) {
    if (!value.isEmpty()) {
      token.withClaim(claim, value);
    }
  }
}
