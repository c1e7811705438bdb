package org.consultrelay.relay.room;

/** What sort of participant somebody is, as the token says. */
public enum ParticipantKind {
  /** A person with a client. */
  STANDARD,
  /** Only brings media in. */
  INGRESS,
  /** Only takes media out. */
  EGRESS,
  /** A telephone. */
  SIP,
  /** A program. */
  AGENT
}
