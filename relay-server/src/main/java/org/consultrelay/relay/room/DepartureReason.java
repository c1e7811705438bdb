package org.consultrelay.relay.room;

/** Why somebody is out. Bounded: fit for a metric's label. */
public enum DepartureReason {
  /** They said so, or ended their last session. */
  LEFT,
  /** Somebody joined under the same identity. */
  DUPLICATE_IDENTITY,
  /** The relay stops. */
  SERVER_SHUTDOWN,
  /** They were removed. */
  REMOVED,
  /** The room was deleted. */
  ROOM_DELETED,
  /** What they said of the session does not fit what we know of it. */
  STATE_MISMATCH,
  /** They did not keep to the protocol, or to its limits. */
  PROTOCOL_VIOLATION,
  /** They did not connect in time. */
  JOIN_TIMEOUT,
  /** Their signalling ended and did not come back. */
  SIGNAL_LOST,
  /** Their media connection failed. */
  MEDIA_FAILED
}
