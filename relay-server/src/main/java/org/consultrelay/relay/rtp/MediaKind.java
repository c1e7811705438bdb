package org.consultrelay.relay.rtp;

import java.util.Locale;

/**
 * What a stream carries. The name in lower case is the media field of an SDP section (RFC 8866).
 */
public enum MediaKind {
  /** Sound; the last thing that is given up on a bad line. */
  AUDIO,
  /** Pictures. */
  VIDEO;

  private final String sdpName = name().toLowerCase(Locale.ROOT);

  /** {@code audio} or {@code video}. */
  public String sdpName() {
    return sdpName;
  }
}
