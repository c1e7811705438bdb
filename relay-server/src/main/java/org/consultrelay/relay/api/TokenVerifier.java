package org.consultrelay.relay.api;

import com.auth0.jwt.JWT;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
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

  private final ApiKeyring keys;
  private final InstantSource clock;

  /** A verifier that takes tokens of the keys that there are when they come. */
  public TokenVerifier(ApiKeyring keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * A verifier for keys that may use any room.
   *
   * @param secrets by API key
   */
  public TokenVerifier(Map<String, String> secrets, InstantSource clock) {
    this(ApiKeyring.of(secrets), clock);
  }

  /** The keys whose tokens are taken. */
  public ApiKeyring keys() {
    return keys;
  }

  /**
   * Checks a token for the server API: it need not name an identity nor a room. What it does name
   * is its API key's own; other rooms that a request names are to be asked of {@link
   * VerifiedToken#covers}.
   */
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
    ApiKeyring.Signing signing = apiKey == null ? null : keys.signing(apiKey);
    if (apiKey == null || signing == null) {
      return refusal(Reason.UNKNOWN_KEY, "the token's issuer (iss) is not an API key of ours");
    }
    TokenCheck check = check(signing, decoded);
    keys.uses(apiKey).ifPresent(uses -> uses.count(check));
    return check;
  }

  private TokenCheck check(ApiKeyring.Signing signing, DecodedJWT decoded) {
    try {
      signing.algorithm().verify(decoded);
    } catch (SignatureVerificationException e) {
      return refusal(Reason.SIGNATURE, "the token's signature is wrong for its API key");
    }
    return times(decoded)
        .<TokenCheck>map(refusal -> refusal)
        .orElseGet(() -> read(signing.key(), decoded));
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

  private static TokenCheck read(ApiKeyring.Key key, DecodedJWT decoded) {
    return switch (Claims.read(decoded)) {
      case Claims.Wrong(String claim) ->
          refusal(Reason.MALFORMED, "the token's claim " + claim + " has the wrong type or size");
      case Claims.Read(Grants grants) ->
          isOwn(key, grants.video().room()) && isOwn(key, grants.video().destinationRoom())
              ? new VerifiedToken(
                  key.name(), grants, decoded.getExpiresAtAsInstant(), key.roomPrefix())
              : refusal(
                  Reason.NOT_COVERED,
                  "the token's room is not its API key's: the names of those begin otherwise");
    };
  }

  /** A token for no room at all is anybody's. */
  private static boolean isOwn(ApiKeyring.Key key, String room) {
    return room.isEmpty() || key.covers(room);
  }

  private static TokenRefusal refusal(Reason reason, String text) {
    return new TokenRefusal(reason, text);
  }
}
