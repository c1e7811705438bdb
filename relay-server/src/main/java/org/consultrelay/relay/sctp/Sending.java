package org.consultrelay.relay.sctp;

/** What became of a message handed to {@link DataChannel#send}. */
public enum Sending {
  /** It is on its way, or waits for its turn. */
  ACCEPTED,
  /** The peer takes no message of that length, or we send none; it was dropped. */
  TOO_LARGE,
  /** The association's send buffer has no room for it now; it was dropped. */
  BUFFER_FULL,
  /** The channel is not open yet, or no longer; it was dropped. */
  NOT_OPEN
}
