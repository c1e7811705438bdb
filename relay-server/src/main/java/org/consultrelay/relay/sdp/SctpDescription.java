package org.consultrelay.relay.sdp;

/**
 * The data channel parameters of an application section (RFC 8841).
 *
 * @param port {@code a=sctp-port}, 0 to 65,535
 * @param maxMessageSize {@code a=max-message-size} in bytes; 0 means no limit
 */
public record SctpDescription(int port, long maxMessageSize) {
  /** What a missing {@code a=max-message-size} means, in bytes (RFC 8841 §6.1). */
  public static final long DEFAULT_MAX_MESSAGE_SIZE = 65_536;

  /** Checks the ranges. */
  public SctpDescription {
    if (port < 0 || port > 65_535 || maxMessageSize < 0) {
      throw new IllegalArgumentException("sctp port " + port + ", size " + maxMessageSize);
    }
  }
}
