package org.consultrelay.relay.rtp;

/** Why a packet is not RTP. Each is a counter's label. */
public enum RtpFailure {
  /** It is. */
  NONE,
  /** Shorter than the fixed header, or than the header that was parsed. */
  TRUNCATED,
  /** The version is not 2. */
  BAD_VERSION,
  /** The list of contributing sources runs over the end. */
  CSRC_OVERRUN,
  /** The header extension runs over the end. */
  EXTENSION_OVERRUN,
  /** The padding count is 0 or more than the payload. */
  PADDING_OVERRUN
}
