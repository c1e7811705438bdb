package org.consultrelay.relay.room;

import java.time.Duration;

/**
 * How many and how long.
 *
 * @param departureTimeout how long a room outlives its last participant
 * @param emptyTimeout how long a room that was made beforehand waits for its first participant
 * @param maxRooms the most rooms in the relay
 * @param maxParticipants the most participants in the relay
 * @param maxParticipantsPerRoom the most participants in one room
 * @param encryptionRequired whether tracks must be encrypted from end to end
 * @param loudestSpeakers how many audio tracks at a time anybody in a large room is sent; 0 for all
 * @param loudestAbove a room with more participants is large
 */
public record RoomLimits(
    Duration departureTimeout,
    Duration emptyTimeout,
    int maxRooms,
    int maxParticipants,
    int maxParticipantsPerRoom,
    boolean encryptionRequired,
    int loudestSpeakers,
    int loudestAbove) {
  /**
   * How many audio tracks at a time anybody in a room is sent; 0 for all.
   *
   * @param participants how many are in it
   */
  int audioTracks(int participants) {
    return participants > loudestAbove ? loudestSpeakers : 0;
  }
}
