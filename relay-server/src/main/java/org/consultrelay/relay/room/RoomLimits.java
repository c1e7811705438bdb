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
 */
public record RoomLimits(
    Duration departureTimeout,
    Duration emptyTimeout,
    int maxRooms,
    int maxParticipants,
    int maxParticipantsPerRoom,
    boolean encryptionRequired) {}
