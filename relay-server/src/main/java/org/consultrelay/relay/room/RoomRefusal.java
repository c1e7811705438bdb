package org.consultrelay.relay.room;

/**
 * Why somebody is not let in.
 *
 * @param reason for code and metrics
 * @param text for the user, one plain sentence
 */
public record RoomRefusal(Reason reason, String text) {
  /** A fixed small set: fit for a metric's label. */
  public enum Reason {
    /** The relay has as many rooms or participants as it may. */
    RELAY_FULL,
    /** The room has as many participants as it may. */
    ROOM_FULL,
    /** The participant has as many sessions as it may. */
    TOO_MANY_SESSIONS,
    /** There is no such room or participant, or it does not publish. */
    NOT_FOUND
  }

  static final RoomRefusal RELAY_FULL =
      new RoomRefusal(Reason.RELAY_FULL, "the relay is full, try again shortly");

  static final RoomRefusal ROOM_FULL =
      new RoomRefusal(Reason.ROOM_FULL, "the room has as many participants as it may have");

  static final RoomRefusal TOO_MANY_SESSIONS =
      new RoomRefusal(
          Reason.TOO_MANY_SESSIONS,
          "the participant has as many sessions as it may have, end some of them");

  static final RoomRefusal NO_ROOM =
      new RoomRefusal(Reason.NOT_FOUND, "requested room does not exist");
}
