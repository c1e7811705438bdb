package org.consultrelay.relay.room;

import org.consultrelay.relay.transport.TransportEnd;

/** Hears what happens in rooms: doors, logs and metrics. All calls come on the room's loop. */
public interface RoomEvents {
  /** A room has appeared. */
  default void roomOpened(Room room) {}

  /** A room is gone. */
  default void roomClosed(Room room) {}

  /** Somebody is in. */
  default void participantJoined(Participant participant) {}

  /** Somebody's media and data can flow. */
  default void participantActive(Participant participant) {}

  /** A track can be subscribed to. */
  default void trackPublished(Track track) {}

  /** A track can be subscribed to no more. */
  default void trackUnpublished(Track track) {}

  /** Somebody is out; {@link Participant#departure()} says why. */
  default void participantLeft(Participant participant) {}

  /** A peer connection is being set up. */
  default void sessionOpened(PeerSession session) {}

  /** A peer connection carries media. */
  default void sessionConnected(PeerSession session) {}

  /** A peer connection is over. */
  default void sessionEnded(PeerSession session, TransportEnd reason) {}
}
