package org.consultrelay.relay.dtls;

import org.jspecify.annotations.Nullable;

/** Why a peer has no connection yet: the reason of a failure, should it come to that. */
final class Unserved {
  private static final long NEVER = Long.MAX_VALUE;

  private @Nullable DtlsFailure refusal;
  private boolean deferred;
  private long endsAt = NEVER;

  /** The peer's hello cannot be served. The next one may be another's. */
  void hello(DtlsFailure reason) {
    refusal = reason;
  }

  /** The peer does not want it, or somebody says so: it has until then to think again. */
  void alert(long untilNanos) {
    if (endsAt == NEVER) {
      refusal = DtlsFailure.PEER_ALERT;
      endsAt = untilNanos;
    }
  }

  /** There were too many at a time. */
  void deferred() {
    deferred = true;
  }

  /** A handshake begins. */
  void launched() {
    deferred = false;
    refusal = null;
  }

  /** The handshake could not be served, and another may begin. */
  void relaunched() {
    refusal = DtlsFailure.INCOMPATIBLE;
    endsAt = NEVER;
  }

  /** It is decided. */
  void settled() {
    endsAt = NEVER;
  }

  /** When it is over for want of another answer; {@link Long#MAX_VALUE} for never. */
  long deadline() {
    return endsAt;
  }

  /** Why, when time is up. */
  DtlsFailure reason() {
    if (refusal != null) {
      return refusal;
    }
    return deferred ? DtlsFailure.OVERLOADED : DtlsFailure.TIMEOUT;
  }

  /** Why, when a handshake has failed: a timeout may have a better reason. */
  DtlsFailure reason(DtlsFailure told) {
    return refusal != null && told == DtlsFailure.TIMEOUT ? refusal : told;
  }
}
