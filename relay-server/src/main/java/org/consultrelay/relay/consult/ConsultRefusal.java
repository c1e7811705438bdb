package org.consultrelay.relay.consult;

import java.util.Locale;

/**
 * Why something is not done.
 *
 * @param code for programs
 * @param text for people, one plain sentence without names and secrets
 * @param retryAfterSeconds after which another try is worth it; 0 when it is not, or nobody knows
 * @param opensAt when the consultation opens, for those who are too early, in milliseconds since
 *     1970; else 0
 */
public record ConsultRefusal(Code code, String text, int retryAfterSeconds, long opensAt) {
  /** The kinds of refusal, each with its HTTP status. Bounded: fit for a metric's label. */
  public enum Code {
    /** There is no good token. */
    UNAUTHENTICATED(401),
    /** Whoever asks may not do that. */
    FORBIDDEN(403),
    /** Unknown, malformed or forged: all the same. */
    NOT_FOUND(404),
    /** Revoked, expired or ended. */
    GONE(410),
    /** What was sent cannot be understood. */
    INVALID(400),
    /** More than anybody needs. */
    TOO_MANY(429),
    /** Not now. */
    UNAVAILABLE(503);

    private final int status;

    Code(int status) {
      this.status = status;
    }

    /** Its HTTP status. */
    public int status() {
      return status;
    }

    /** The word for it in answers and metrics. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final ConsultRefusal NO_CONSULTATION =
      of(Code.NOT_FOUND, "There is no such consultation.");
  static final ConsultRefusal NO_LINK = of(Code.NOT_FOUND, "This link is not one of ours.");
  static final ConsultRefusal LINK_GONE =
      of(Code.GONE, "This link is not valid any more: the consultation is over or it was revoked.");
  static final ConsultRefusal NOBODY = of(Code.NOT_FOUND, "There is nobody of that id.");
  static final ConsultRefusal CLINICIANS_ONLY =
      of(Code.FORBIDDEN, "Only the clinician may do that.");
  static final ConsultRefusal LOCKED =
      of(Code.FORBIDDEN, "The room is locked; unlock it to let somebody in.");
  static final ConsultRefusal NOT_THEM =
      of(Code.FORBIDDEN, "That cannot be done to a clinician from here.");
  static final ConsultRefusal NOT_ADMITTED =
      of(Code.FORBIDDEN, "Nobody has let this visit into the room yet.");
  static final ConsultRefusal NOT_UNDERSTOOD =
      of(Code.INVALID, "The message cannot be understood.");
  static final ConsultRefusal TOO_MANY_LINKS =
      of(Code.TOO_MANY, "The consultation has as many links as it may have; revoke one of them.");

  static ConsultRefusal of(Code code, String text) {
    return new ConsultRefusal(code, text, 0, 0);
  }

  static ConsultRefusal later(Code code, String text, int seconds) {
    return new ConsultRefusal(code, text, seconds, 0);
  }

  /** For those who come before a consultation opens. */
  static ConsultRefusal early(long opensAt, long now) {
    long seconds = Math.clamp((opensAt - now + 999) / 1_000, 1, 3_600);
    return new ConsultRefusal(
        Code.UNAVAILABLE, "The consultation has not opened yet.", (int) seconds, opensAt);
  }

  static ConsultRefusal busy(int seconds) {
    return later(Code.UNAVAILABLE, "The service is busy, try again shortly.", seconds);
  }
}
