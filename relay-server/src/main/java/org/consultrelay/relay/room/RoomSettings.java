package org.consultrelay.relay.room;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a room was made with, where it is to be otherwise than all rooms.
 *
 * @param emptyTimeout how long it waits for its first participant; null for as long as all
 * @param departureTimeout how long it outlives its last participant; null for as long as all
 * @param maxParticipants the most participants; 0 for as many as all, and never more
 * @param metadata for the applications; may be empty
 */
public record RoomSettings(
    @Nullable Duration emptyTimeout,
    @Nullable Duration departureTimeout,
    int maxParticipants,
    String metadata) {
  /** The longest that an empty room may be kept. */
  public static final Duration LONGEST = Duration.ofDays(7);

  /** As all rooms. */
  public static final RoomSettings USUAL = new RoomSettings(null, null, 0, "");
}
