package org.consultrelay.relay.signal.livekit.webhook;

import java.util.Locale;

/** What receivers are told of, in the words of the protocol. */
public enum EventName {
  /** A room is there. */
  ROOM_STARTED,
  /** A room is gone. */
  ROOM_FINISHED,
  /** Somebody's media and data can flow. */
  PARTICIPANT_JOINED,
  /** Somebody who had joined is out. */
  PARTICIPANT_LEFT,
  /** Somebody came and went without ever having been connected. */
  PARTICIPANT_CONNECTION_ABORTED,
  /** A track of somebody who has joined can be had. */
  TRACK_PUBLISHED,
  /** A track can be had no more. */
  TRACK_UNPUBLISHED;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it is written in an event, such as {@code room_started}. */
  public String text() {
    return text;
  }
}
