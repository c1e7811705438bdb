package org.consultrelay.relay.room;

import java.util.Map;

/**
 * Who somebody is and what they may, when they come.
 *
 * @param identity theirs alone in the room
 * @param name to be shown to people; may be empty
 * @param metadata for the applications; may be empty
 * @param attributes for the applications, by name
 * @param kind what sort of participant
 * @param permission what they may do
 */
public record ParticipantProfile(
    String identity,
    String name,
    String metadata,
    Map<String, String> attributes,
    ParticipantKind kind,
    Permission permission) {
  /** Copies the map. */
  public ParticipantProfile {
    attributes = Map.copyOf(attributes);
  }
}
