package org.consultrelay.relay.sfu;

import java.util.List;

/**
 * What one peer connection was like from its start to now. In and out are as the relay sees it.
 * Medians are of one reading a second, and within a tenth of it.
 *
 * @param packetsIn media packets that the peer ought to have delivered
 * @param lostIn those of them that did not come the first time
 * @param packetsOut media packets that the peer was sent, those that were sent again not counted
 * @param lostOut those of them that it reported lost
 * @param roundTripNanos the median; 0 where it is not known, as of a peer that only publishes
 * @param worstRoundTripNanos the longest
 * @param jitterInNanos the median of interarrival jitter (RFC 3550 §6.4.1), of audio if there is
 *     any
 * @param jitterOutNanos the same, as the peer reports it
 * @param freezes gaps of half a second to five in the videos sent to the peer
 * @param freezeNanos what they lasted in all
 * @param score the mean {@link OpinionScore} of spans of five seconds, 1 to 5; 0 without media
 * @param lowestScore the lowest of them; 0 without media
 * @param lineBits the median of what the line was judged to carry, in bits a second; 0 where nobody
 *     judged it
 * @param lowestLineBits the least
 * @param secondsAtSize for how long videos were sent, by size, the smallest first; seconds of all
 *     videos added up
 * @param secondsStalled for how long they were not, because the line did not carry even the least
 */
public record LineSummary(
    long packetsIn,
    long lostIn,
    long packetsOut,
    long lostOut,
    long roundTripNanos,
    long worstRoundTripNanos,
    long jitterInNanos,
    long jitterOutNanos,
    int freezes,
    long freezeNanos,
    float score,
    float lowestScore,
    long lineBits,
    long lowestLineBits,
    List<Integer> secondsAtSize,
    int secondsStalled) {
  /** Whether any media went either way. */
  public boolean hasMedia() {
    return packetsIn + packetsOut > 0;
  }

  /** Packets lost on the way in, in a hundred. */
  public double lossInPercent() {
    return percent(lostIn, packetsIn);
  }

  /** Packets lost on the way out, in a hundred. */
  public double lossOutPercent() {
    return percent(lostOut, packetsOut);
  }

  private static double percent(long lost, long of) {
    return of == 0 ? 0 : 100.0 * Math.clamp(lost, 0, of) / of;
  }
}
