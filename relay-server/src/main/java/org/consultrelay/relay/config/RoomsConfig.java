package org.consultrelay.relay.config;

import java.time.Duration;

/**
 * How long rooms live and how many there may be.
 *
 * @param departureTimeout how long a room outlives its last participant
 * @param emptyTimeout how long a room that was made beforehand waits for its first participant
 * @param maxRooms in the whole relay; beyond it a new room is answered 503
 * @param maxParticipants in the whole relay; beyond it a join is answered 503
 * @param maxParticipantsPerRoom in one room; beyond it the room is full
 * @param e2ee whether tracks must be encrypted from end to end
 * @param loudestSpeakers how many audio tracks at a time anybody in a large room is sent; 0 for all
 * @param loudestAbove a room with more participants is large
 */
public record RoomsConfig(
    Duration departureTimeout,
    Duration emptyTimeout,
    int maxRooms,
    int maxParticipants,
    int maxParticipantsPerRoom,
    EncryptionChoice e2ee,
    int loudestSpeakers,
    int loudestAbove) {
  static RoomsConfig read(SettingReader settings) {
    Duration day = Duration.ofDays(1);
    RoomsConfig rooms =
        new RoomsConfig(
            settings.duration("rooms.departureTimeout", Duration.ofSeconds(20), Duration.ZERO, day),
            settings.duration("rooms.emptyTimeout", Duration.ofMinutes(5), Duration.ZERO, day),
            settings.count("rooms.maxRooms", 10_000, 1, 1_000_000),
            settings.count("rooms.maxParticipants", 20_000, 1, 1_000_000),
            settings.count("rooms.maxParticipantsPerRoom", 500, 1, 10_000),
            settings.choice("rooms.e2ee", EncryptionChoice.OPTIONAL),
            settings.count("rooms.loudestSpeakers", 6, 0, 100),
            settings.count("rooms.loudestAbove", 12, 1, 10_000));
    if (rooms.maxParticipantsPerRoom > rooms.maxParticipants) {
      settings.mistake(
          "rooms.maxParticipantsPerRoom",
          rooms.maxParticipantsPerRoom
              + " is more than rooms.maxParticipants, "
              + rooms.maxParticipants,
          "use at most " + rooms.maxParticipants);
    }
    return rooms;
  }
}
