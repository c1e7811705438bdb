package org.consultrelay.load.peer;

import org.consultrelay.load.media.StreamCheck;

/**
 * What receivers found, over any number of streams, in packets.
 *
 * @param expected that ought to have come, by RTP's numbers
 * @param lostOnNetwork that did not come by themselves
 * @param repaired of those, the ones that came as retransmission
 * @param lost of those, the ones that never came
 * @param leftOut that the publisher sent and the relay renumbered away
 * @param duplicates that came twice
 * @param wrongPublisher of somebody else
 * @param damaged that are not what was sent
 * @param reordered that came after a later one
 * @param neverCame of the expected and lost ones, those that no later one followed: sent by the
 *     publisher more than a second before, after the last that came or though none ever came
 * @param silentStreams streams, not packets: those of which nothing came though they were sent
 */
public record StreamTotals(
    long expected,
    long lostOnNetwork,
    long repaired,
    long lost,
    long leftOut,
    long duplicates,
    long wrongPublisher,
    long damaged,
    long reordered,
    long neverCame,
    long silentStreams) {
  /** Nothing yet. */
  public static final StreamTotals NONE = new StreamTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Of one stream.
   *
   * @param neverCame packets that were sent and that nothing followed
   */
  static StreamTotals of(StreamCheck check, long neverCame) {
    return new StreamTotals(
        check.expected() + neverCame,
        check.lostOnNetwork() + neverCame,
        check.repaired(),
        check.lost() + neverCame,
        check.leftOut(),
        check.duplicates(),
        check.wrongPublisher(),
        check.damaged(),
        check.reordered(),
        neverCame,
        neverCame > 0 && check.received() == 0 ? 1 : 0);
  }

  /** Both together. */
  public StreamTotals plus(StreamTotals other) {
    return new StreamTotals(
        expected + other.expected,
        lostOnNetwork + other.lostOnNetwork,
        repaired + other.repaired,
        lost + other.lost,
        leftOut + other.leftOut,
        duplicates + other.duplicates,
        wrongPublisher + other.wrongPublisher,
        damaged + other.damaged,
        reordered + other.reordered,
        neverCame + other.neverCame,
        silentStreams + other.silentStreams);
  }
}
