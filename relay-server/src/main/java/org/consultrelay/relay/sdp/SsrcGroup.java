package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * Sources that belong together, {@code a=ssrc-group} (RFC 5576 §4.2).
 *
 * @param semantics {@code FID} (media and its retransmission), {@code SIM}, {@code FEC-FR}
 * @param ssrcs one or more, each 0 to 2^32-1, in order
 */
public record SsrcGroup(String semantics, List<Long> ssrcs) {
  /** Media first, its retransmission second (RFC 5888 §8, RFC 4588 §8.3). */
  public static final String FID = "FID";

  /** Simulcast layers, lowest first. */
  public static final String SIM = "SIM";

  /** Copies the list. */
  public SsrcGroup {
    SdpText.requireToken(semantics, "group semantics");
    ssrcs = List.copyOf(ssrcs);
    if (ssrcs.isEmpty()) {
      throw new IllegalArgumentException("an empty ssrc-group");
    }
  }
}
