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
    /** The tenant has as many rooms or participants as it may. */
    TENANT_FULL,
    /** The relay takes no new rooms any more: it is about to stop. */
    DRAINING,
    /** The relay has too little headroom left for a new room, or none at all for anybody. */
    OVERLOADED,
    /** The room has as many participants as it may. */
    ROOM_FULL,
    /** The participant has as many sessions as it may. */
    TOO_MANY_SESSIONS,
    /** There is no such room or participant, or it does not publish. */
    NOT_FOUND,
    /** Nobody has let them into this room, or somebody has put them out. */
    NOT_ADMITTED
  }

  /** For new rooms while the relay drains. */
  public static final RoomRefusal DRAINING =
      new RoomRefusal(Reason.DRAINING, "the relay is about to stop and takes no new rooms");

  /** For those whom the relay could not serve well. */
  public static final RoomRefusal OVERLOADED =
      new RoomRefusal(Reason.OVERLOADED, "the relay is busy, try again shortly");

  /** For those whom a {@link Doorkeeper} does not let in. */
  public static final RoomRefusal NOT_ADMITTED =
      new RoomRefusal(Reason.NOT_ADMITTED, "nobody has let this participant into the room");

  static final RoomRefusal RELAY_FULL =
      new RoomRefusal(Reason.RELAY_FULL, "the relay is full, try again shortly");

  static final RoomRefusal TENANT_FULL =
      new RoomRefusal(
          Reason.TENANT_FULL,
          "there are as many rooms or participants as this service may have, try again shortly");

  static final RoomRefusal ROOM_FULL =
      new RoomRefusal(Reason.ROOM_FULL, "the room has as many participants as it may have");

  static final RoomRefusal TOO_MANY_SESSIONS =
      new RoomRefusal(
          Reason.TOO_MANY_SESSIONS,
          "the participant has as many sessions as it may have, end some of them");

  static final RoomRefusal NO_ROOM =
      new RoomRefusal(Reason.NOT_FOUND, "requested room does not exist");

  /** When another try is worth it, in seconds, for {@code Retry-After} (RFC 9110 §10.2.3). */
  public int retryAfterSeconds() {
    return switch (reason) {
      // Whoever asks again is sent to another node by then.
      case DRAINING -> 1;
      case OVERLOADED -> 10;
      default -> 5;
    };
  }
}
