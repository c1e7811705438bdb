package org.consultrelay.relay.consult;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a visit is over. Bounded: fit for a metric's label. */
public enum EndReason {
  /** The consultation was ended for all. */
  ENDED,
  /** Somebody put them out. */
  REMOVED,
  /** Their link was revoked. */
  REVOKED,
  /** The consultation's time was up. */
  EXPIRED,
  /** Another device came by the same link. */
  ELSEWHERE,
  /** They said so. */
  LEFT,
  /** The relay stops; they may come again. */
  SHUTDOWN;

  /** The word for it in messages and metrics. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
