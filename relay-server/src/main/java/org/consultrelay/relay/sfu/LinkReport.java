package org.consultrelay.relay.sfu;

/**
 * What was measured of a peer's line over some time.
 *
 * @param uplinkExpected packets that it ought to have delivered
 * @param uplinkLost those of them that did not come the first time
 * @param downlinkSent packets that the peer was sent
 * @param downlinkLost those of them that it says it lost
 * @param roundTripNanos as it reported of late, in nanoseconds; 0 while unknown
 */
public record LinkReport(
    long uplinkExpected,
    long uplinkLost,
    long downlinkSent,
    long downlinkLost,
    long roundTripNanos) {
  /** Of two lines of one peer. */
  public LinkReport plus(LinkReport other) {
    return new LinkReport(
        uplinkExpected + other.uplinkExpected,
        uplinkLost + other.uplinkLost,
        downlinkSent + other.downlinkSent,
        downlinkLost + other.downlinkLost,
        Math.max(roundTripNanos, other.roundTripNanos));
  }

  /** Nothing measured. */
  public static final LinkReport NOTHING = new LinkReport(0, 0, 0, 0, 0);
}
