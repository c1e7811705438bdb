package org.consultrelay.relay.ice;

import java.util.concurrent.TimeUnit;

/**
 * When a nominated pair takes the place of the selected one.
 *
 * <p>Peers nominate in two ways. Some put USE-CANDIDATE into the checks of the one pair that they
 * use, and move it when they move (Chromium and Safari towards a lite agent; RFC 8445). Others put
 * it into every check of every pair and use the best that passes (aggressive nomination, RFC 5245
 * §8.1.1.2). The first kind must be followed at once, or a phone that leaves Wi-Fi hears nothing;
 * of the second kind the best pair must be kept, or media flaps with every check. So a challenger
 * wins when one of these holds:
 *
 * <ol>
 *   <li>it belongs to a later ICE restart (and never when to an earlier one);
 *   <li>its priority is higher: both kinds of peer mean that; but not straight after it lost the
 *       place, when the check may be one that was overtaken on its way;
 *   <li>the selected pair's latest check no longer nominates it: the peer has moved;
 *   <li>it is nominated for the first time since the selected pair's latest check, and that is
 *       longer ago than a browser pauses (a pair that was nominated before it may be one of several
 *       that are always nominated);
 *   <li>it appears for the first time, long after the start: only a peer that moves makes new pairs
 *       then, the aggressive kind has settled;
 *   <li>it was nominated four times with no nomination of the selected pair in between: one or two
 *       lost checks of the selected pair are not enough.
 * </ol>
 */
final class Nomination {
  /** Chromium checks a steady pair every 2.5 s. */
  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** A peer's candidates have all been tried by then. */
  static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A check that is later than this was not merely overtaken. */
  static final long OVERTAKEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  static final int IN_A_ROW = 4;

  private Nomination() {}

  /**
   * Whether the challenger, which a check has just nominated, takes over.
   *
   * @param first whether that check is the challenger's first
   */
  static boolean displaces(
      CandidatePair challenger, CandidatePair selected, boolean first, long nowNanos) {
    if (challenger.generation != selected.generation) {
      return challenger.generation > selected.generation;
    }
    boolean overtaken = nowNanos - challenger.deposedAt < OVERTAKEN_NANOS;
    return (challenger.priority > selected.priority && !overtaken)
        || !selected.nominatedNow
        || (challenger.firstNominatedAt > selected.checkedAt
            && nowNanos - selected.checkedAt > SILENT_NANOS)
        || (first && nowNanos - selected.selectedAt >= SETTLED_NANOS)
        || challenger.nominationsInARow >= IN_A_ROW;
  }
}
