package org.consultrelay.relay.api;

import java.util.Map;

/**
 * The claims of a token that the relay reads.
 *
 * @param identity the claim {@code sub}, at most 256 bytes; empty in tokens for the server API
 * @param name to be shown to people, at most 256 bytes; may be empty
 * @param metadata for the applications; may be empty
 * @param attributes for the applications, by name
 * @param kind what sort of participant; empty means standard
 * @param video what is allowed
 * @param room what the room is to be like if the join makes it
 */
public record Grants(
    String identity,
    String name,
    String metadata,
    Map<String, String> attributes,
    String kind,
    VideoGrant video,
    RoomConfig room) {
  /** Copies the map. */
  public Grants {
    attributes = Map.copyOf(attributes);
  }

  /** With nothing said of the room. */
  public Grants(
      String identity,
      String name,
      String metadata,
      Map<String, String> attributes,
      String kind,
      VideoGrant video) {
    this(identity, name, metadata, attributes, kind, video, RoomConfig.NONE);
  }

  /** Leave for an identity to join a room, with all that is on by default. */
  public static Grants join(String identity, String room) {
    return new Grants(identity, "", "", Map.of(), "", VideoGrant.join(room));
  }

  /**
   * Leave for a back end to make and list rooms.
   *
   * @param room the one that it may moderate; empty: none
   */
  public static Grants server(String room) {
    return new Grants("", "", "", Map.of(), "", VideoGrant.server(room));
  }
}
