package org.consultrelay.load.profile;

/**
 * One participant of a consultation.
 *
 * @param identity unique in the room
 * @param joinAfterNanos how long after the consultation's start they come, in nanoseconds
 * @param audio whether they send sound
 * @param video whether they send a picture
 */
public record Leg(String identity, long joinAfterNanos, boolean audio, boolean video) {
  /** Checks the times. */
  public Leg {
    if (joinAfterNanos < 0) {
      throw new IllegalArgumentException("a leg that joins before its consultation");
    }
  }

  /** Whether they send anything; who does not only listens and looks. */
  public boolean publishes() {
    return audio || video;
  }
}
