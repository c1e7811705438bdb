package org.consultrelay.relay.ice;

import org.jspecify.annotations.Nullable;

/** What to do about a Binding request: the bytes to send back, if any, and a verdict to count. */
public final class CheckAnswer {
  /** What became of the request. A fixed small set: fit for a metric's label. */
  public enum Verdict {
    /** Authenticated and taken into account. */
    ACCEPTED,
    /** Seen before from the same place: answered again, changes nothing. */
    REPEATED,
    /** Authenticated, but the peer believes it is the controlled one: 487 (RFC 8445 §7.3.1.1). */
    ROLE_CONFLICT,
    /** Authenticated, but with attributes that we must know and do not: 420. */
    UNKNOWN_ATTRIBUTE,
    /** Not a Binding request. Dropped. */
    NOT_A_CHECK,
    /** USERNAME is missing or names credentials that are not, or no longer, ours. Dropped. */
    UNKNOWN_USERNAME,
    /** No integrity attribute. Dropped. */
    NO_INTEGRITY,
    /** Wrong integrity: forged, or changed on its way. Dropped. */
    BAD_INTEGRITY,
    /** An authentic request that was seen before from another place. Dropped. */
    REPLAYED,
    /** The agent has failed; only a restart brings it back. Dropped. */
    EXPIRED
  }

  private final Verdict verdict;
  private final byte @Nullable [] response;

  private CheckAnswer(Verdict verdict, byte @Nullable [] response) {
    this.verdict = verdict;
    this.response = response;
  }

  static CheckAnswer of(Verdict verdict, byte[] response) {
    return new CheckAnswer(verdict, response);
  }

  static CheckAnswer dropped(Verdict verdict) {
    return new CheckAnswer(verdict, null);
  }

  /** What became of the request. */
  public Verdict verdict() {
    return verdict;
  }

  /** To be sent back to where the request came from, on the same path; null: say nothing. */
  public byte @Nullable [] response() {
    return response;
  }
}
