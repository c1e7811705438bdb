package org.consultrelay.load.drain;

import org.consultrelay.load.run.RunResult;

/**
 * What became of the calls.
 *
 * @param result what their participants saw, until the relay was gone
 * @param rooms that went on when it was told to stop
 * @param toldAfterSeconds from the run's begin until it was told to stop
 * @param goneAfterSeconds from then until its process had ended
 * @param exitCode of its process
 * @param newRoom what a new room was answered meanwhile
 * @param oldRoom what was answered to somebody of a room that went on
 */
public record DrainOutcome(
    RunResult result,
    int rooms,
    double toldAfterSeconds,
    double goneAfterSeconds,
    int exitCode,
    Answer newRoom,
    Answer oldRoom) {
  /**
   * An answer at the door.
   *
   * @param status of HTTP
   * @param retryAfter seconds; empty when it does not say
   */
  public record Answer(int status, String retryAfter) {
    /** Whether it says to knock elsewhere or later. */
    public boolean sendsAway() {
      return status == 503 && !retryAfter.isEmpty();
    }
  }

  /** Whether all came in, and nobody lost a packet before the own end or the relay's. */
  public boolean nothingLost() {
    return result.joined() == result.expectedJoins()
        && result.failures().isEmpty()
        && result.totals().expected() > 0
        && result.totals().lost() == 0
        && result.wrong() == 0;
  }

  /** Whether it stopped as it ought to: took nobody new, and ended well. */
  public boolean stoppedWell() {
    return exitCode == 0 && newRoom.sendsAway() && oldRoom.status() == 200;
  }
}
