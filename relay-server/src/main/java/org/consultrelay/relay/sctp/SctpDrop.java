package org.consultrelay.relay.sctp;

/** Why something that a peer sent was dropped. */
public enum SctpDrop {
  /** A packet or chunk does not parse. */
  MALFORMED,
  /** A packet's checksum is wrong. */
  CHECKSUM,
  /** A packet has another association's tag. */
  TAG,
  /** A state cookie is not ours, or is stale. */
  COOKIE,
  /** A chunk does not fit the state of the association. */
  UNEXPECTED,
  /** A chunk or parameter of a kind that is not known. */
  UNKNOWN,
  /** Data beyond the receiver window. */
  WINDOW,
  /** A message longer than we said we take. */
  MESSAGE_LENGTH,
  /** A message on a stream that no channel has. */
  STREAM,
  /** A message of a kind that is not known, or in the deprecated parts (RFC 8831 §6.6). */
  PAYLOAD_PROTOCOL,
  /** A channel's OPEN that is malformed, has too long a label or a stream that it may not have. */
  OPEN,
  /** A channel more than a peer may have. */
  CHANNEL_LIMIT
}
