package org.consultrelay.relay.api;

/**
 * Why a token is not taken.
 *
 * @param reason for metrics and for choosing the answer
 * @param text one line for whoever integrates with us; says nothing of secrets, quotes no claim
 */
public record TokenRefusal(Reason reason, String text) implements TokenCheck {
  /** The kinds of refusal. */
  public enum Reason {
    /** There is no token. */
    MISSING(401),
    /** Longer than {@link TokenVerifier#MOST_LENGTH}. */
    TOO_LONG(401),
    /** Not three parts of base64url with JSON in it, or a claim of the wrong type or size. */
    MALFORMED(401),
    /** Signed with something else than HS256. */
    ALGORITHM(401),
    /** Its issuer is none of our API keys. */
    UNKNOWN_KEY(401),
    /** Its signature is not that of the API key's secret. */
    SIGNATURE(401),
    /** It says no end. */
    NO_EXPIRY(401),
    /** It has ended. */
    EXPIRED(401),
    /** It has not begun. */
    NOT_YET_VALID(401),
    /** It does not allow to join. */
    NOT_ALLOWED(401),
    /** It is for a room that is not its API key's: it has another prefix. */
    NOT_COVERED(401),
    /** It allows to join but names no identity. */
    NO_IDENTITY(400),
    /** It allows to join but names no room. */
    NO_ROOM(400);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    /** The HTTP status that clients know how to take: 401 is final for them. */
    public int status() {
      return status;
    }
  }
}
