package org.consultrelay.relay.room;

/** How far a participant has come. The order is that of time: a state is never gone back from. */
public enum ParticipantState {
  /** Let in; nothing negotiated yet. */
  JOINING,
  /** The first session description has been taken. */
  JOINED,
  /** Media and data can flow. */
  ACTIVE,
  /** Out. */
  DISCONNECTED
}
