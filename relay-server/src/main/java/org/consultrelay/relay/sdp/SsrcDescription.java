package org.consultrelay.relay.sdp;

import org.jspecify.annotations.Nullable;

/**
 * What a description says of one RTP source, {@code a=ssrc} (RFC 5576 §4.1).
 *
 * @param ssrc 0 to 2^32-1
 * @param cname the source's canonical name, or null
 * @param msid the older, source-level form of {@code a=msid}, or null
 */
public record SsrcDescription(long ssrc, @Nullable String cname, @Nullable Msid msid) {
  static final long GREATEST = 0xFFFF_FFFFL;

  /** Checks the range. */
  public SsrcDescription {
    if (ssrc < 0 || ssrc > GREATEST) {
      throw new IllegalArgumentException("ssrc " + ssrc);
    }
    if (cname != null) {
      SdpText.requireWord(cname, "a cname");
    }
  }
}
