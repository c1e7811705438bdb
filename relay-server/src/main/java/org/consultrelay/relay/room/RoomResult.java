package org.consultrelay.relay.room;

/**
 * What came of something asked of a room: its value, or why not.
 *
 * @param <T> the value
 */
public sealed interface RoomResult<T> {
  /**
   * It was done.
   *
   * @param value the outcome
   */
  record Done<T>(T value) implements RoomResult<T> {}

  /**
   * It was refused.
   *
   * @param refusal why
   */
  record Refused<T>(RoomRefusal refusal) implements RoomResult<T> {}
}
