package org.consultrelay.relay.api;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.consultrelay.relay.api.TokenRefusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens: JSON Web Tokens (RFC 7519) signed with HS256 (RFC 7518 §3.2), whose issuer is an
 * API key. Thread-safe.
 */
public final class TokenVerifier {
  /** The longest token that is looked at, in characters. */
  public static final int MOST_LENGTH = 8 << 10;

  /** How far clocks may be apart. */
  public static final Duration LEEWAY = Duration.ofSeconds(60);

  private final Map<String, Algorithm> algorithms = new HashMap<>();
  private final InstantSource clock;

  /**
   * A verifier.
   *
   * @param secrets by API key
   */
  public TokenVerifier(Map<String, String> secrets, InstantSource clock) {
    secrets.forEach((key, secret) -> algorithms.put(key, Algorithm.HMAC256(secret)));
    this.clock = clock;
  }

  /** Checks a token for the server API: it need not name an identity nor a room. */
  public TokenCheck verify(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return refusal(Reason.MISSING, "no token was given");
    }
    if (token.length() > MOST_LENGTH) {
      return refusal(Reason.TOO_LONG, "the token is longer than " + MOST_LENGTH + " characters");
    }
    DecodedJWT decoded;
    try {
      decoded = JWT.decode(token);
    } catch (JWTDecodeException | DateTimeException | ArithmeticException e) {
      return refusal(Reason.MALFORMED, "this is not a JSON Web Token");
    }
    if (!isObject(decoded.getHeader()) || !isObject(decoded.getPayload())) {
      // The JSON null decodes too, and then every question to it throws.
      return refusal(Reason.MALFORMED, "this is not a JSON Web Token");
    }
    // The token must not choose how it is checked (RFC 8725 section 3.1).
    if (!"HS256".equals(decoded.getAlgorithm())) {
      return refusal(Reason.ALGORITHM, "the token is not signed with HS256");
    }
    if (!decoded.getHeaderClaim("crit").isMissing()) {
      // RFC 7515 section 4.1.11: what is critical and not understood ends it.
      return refusal(Reason.MALFORMED, "the token asks for extensions that are not known here");
    }
    String apiKey = decoded.getIssuer();
    Algorithm algorithm = apiKey == null ? null : algorithms.get(apiKey);
    if (apiKey == null || algorithm == null) {
      return refusal(Reason.UNKNOWN_KEY, "the token's issuer (iss) is not an API key of ours");
    }
    try {
      algorithm.verify(decoded);
    } catch (SignatureVerificationException e) {
      return refusal(Reason.SIGNATURE, "the token's signature is wrong for its API key");
    }
    return times(decoded)
        .<TokenCheck>map(refusal -> refusal)
        .orElseGet(() -> read(apiKey, decoded));
  }

  /** Checks a token for joining: it must allow that, and name who and where. */
  public TokenCheck verifyJoin(@Nullable String token) {
    TokenCheck check = verify(token);
    if (check instanceof VerifiedToken verified) {
      Grants grants = verified.grants();
      if (!grants.video().roomJoin()) {
        return refusal(Reason.NOT_ALLOWED, "the token does not allow to join a room (roomJoin)");
      }
      if (grants.identity().isEmpty()) {
        return refusal(Reason.NO_IDENTITY, "the token names no identity (sub)");
      }
      if (grants.video().room().isEmpty()) {
        return refusal(Reason.NO_ROOM, "the token names no room (video.room)");
      }
    }
    return check;
  }

  private static boolean isObject(String part) {
    String json = new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    return json.stripLeading().startsWith("{");
  }

  private Optional<TokenRefusal> times(DecodedJWT decoded) {
    Instant now = clock.instant();
    Instant expiry = decoded.getExpiresAtAsInstant();
    if (expiry == null) {
      return Optional.of(refusal(Reason.NO_EXPIRY, "the token has no expiry (exp)"));
    }
    // RFC 7519 section 4.1.4: it must not be taken on or after its expiry; the leeway comes on top.
    if (!now.minus(LEEWAY).isBefore(expiry)) {
      return Optional.of(refusal(Reason.EXPIRED, "the token has expired"));
    }
    Instant start = decoded.getNotBeforeAsInstant();
    if (start != null && now.plus(LEEWAY).isBefore(start)) {
      return Optional.of(
          refusal(Reason.NOT_YET_VALID, "the token is not valid yet (nbf); are the clocks right?"));
    }
    return Optional.empty();
  }

  private static TokenCheck read(String apiKey, DecodedJWT decoded) {
    return switch (Claims.read(decoded)) {
      case Claims.Wrong(String claim) ->
          refusal(Reason.MALFORMED, "the token's claim " + claim + " has the wrong type or size");
      case Claims.Read(Grants grants) ->
          new VerifiedToken(apiKey, grants, decoded.getExpiresAtAsInstant(), "");
    };
  }

  private static TokenRefusal refusal(Reason reason, String text) {
    return new TokenRefusal(reason, text);
  }
}
