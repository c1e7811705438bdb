package org.consultrelay.relay.sctp;

/**
 * What one association may hold and how patient it is.
 *
 * @param sendBuffer bytes of messages queued and not yet acknowledged, with {@link
 *     #MESSAGE_OVERHEAD} for each
 * @param receiveBuffer bytes received that cannot be delivered yet; the receiver window
 * @param maxMessageSize the longest message taken from the peer, in bytes; what {@code
 *     a=max-message-size} says (RFC 8841 §6)
 * @param channels data channels of the peer, and as many of ours
 * @param labelLength bytes of a label, and of a protocol
 * @param maxRetransmissions timeouts in a row before the peer is held to be gone (RFC 9260 §16)
 */
public record SctpLimits(
    int sendBuffer,
    int receiveBuffer,
    int maxMessageSize,
    int channels,
    int labelLength,
    int maxRetransmissions) {
  /** What a queued message is held to take beside its bytes. */
  public static final int MESSAGE_OVERHEAD = 64;

  /**
   * A megabyte to send, half of one to receive, messages as long as Chromium's; a peer is gone
   * after a minute. Consent (RFC 7675) ends before that, unless only this association is dead.
   */
  public static final SctpLimits DEFAULT =
      new SctpLimits(1 << 20, 512 << 10, 256 << 10, 64, 256, 20);

  /** Checks that the numbers go together. */
  public SctpLimits {
    if (maxMessageSize < 1
        || sendBuffer < 1_500
        || receiveBuffer < maxMessageSize + (64 << 10)
        || channels < 1
        || channels > 1_024
        || labelLength < 1
        || labelLength > 1_000
        || maxRetransmissions < 1) {
      throw new IllegalArgumentException("limits that do not go together");
    }
  }
}
