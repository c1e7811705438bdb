package org.consultrelay.relay.room;

/**
 * How good a participant's connection is.
 *
 * @param participant whose
 * @param level in one word
 * @param score 1 to 5, as opinion scores go
 */
public record ParticipantQuality(Participant participant, Level level, float score) {
  /** In one word. */
  public enum Level {
    /** Hardly usable. */
    POOR,
    /** With small faults. */
    GOOD,
    /** Without faults that one would notice. */
    EXCELLENT
  }
}
