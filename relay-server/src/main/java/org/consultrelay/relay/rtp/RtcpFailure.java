package org.consultrelay.relay.rtp;

/** Why bytes are not an RTCP compound. Each is a counter's label. */
public enum RtcpFailure {
  /** They are. */
  NONE,
  /** Empty, or they end within a header. */
  TRUNCATED,
  /** A version is not 2. */
  BAD_VERSION,
  /** A length runs over the end. */
  LENGTH_OVERRUN,
  /** A padding count is 0 or more than the body. */
  PADDING_OVERRUN
}
