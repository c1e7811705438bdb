package org.consultrelay.relay.consult;

import java.util.Locale;

/** How far a consultation has come. Bounded: fit for a metric's label. */
public enum ConsultState {
  /** Nobody is there. */
  SCHEDULED,
  /** Somebody is there, but no clinician. */
  WAITING,
  /** A clinician is there. */
  RUNNING,
  /** It is over. */
  ENDED;

  /** The word for it in messages and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
