package org.consultrelay.relay.api;

/**
 * What a token says of the room that its join makes: its claim {@code roomConfig}, as far as the
 * relay reads it. A room that is there already stays as it is.
 *
 * @param emptyTimeout seconds that it waits for its first participant; 0: as the relay has it
 * @param departureTimeout seconds that it outlives its last participant; 0: as the relay has it
 * @param maxParticipants the most participants; 0: as the relay has it
 * @param metadata for the applications; may be empty
 */
public record RoomConfig(
    int emptyTimeout, int departureTimeout, int maxParticipants, String metadata) {
  /** Nothing is said. */
  public static final RoomConfig NONE = new RoomConfig(0, 0, 0, "");
}
