package org.consultrelay.load.net;

/**
 * What became of one direction's packets so far.
 *
 * @param in packets that came to the line
 * @param bytesIn their bytes, IP headers included
 * @param delivered packets that came out of it, copies included
 * @param bytesDelivered their bytes
 * @param lostAlone packets that the line lost one by one
 * @param lostInBursts packets that it lost in bursts
 * @param lostToQueue packets that a full queue dropped
 * @param duplicated packets of which a copy was made
 * @param reordered packets that the next one overtook on purpose; those that jitter reordered are
 *     not among them
 * @param lined packets that have left the queue, lost ones included
 * @param queueNanos how long these waited and were being sent, together
 * @param underWay packets that wait or travel at this moment
 * @param backlogNanos how long a packet that came at this moment would wait for the line
 */
public record LineCounts(
    long in,
    long bytesIn,
    long delivered,
    long bytesDelivered,
    long lostAlone,
    long lostInBursts,
    long lostToQueue,
    long duplicated,
    long reordered,
    long lined,
    long queueNanos,
    long underWay,
    long backlogNanos) {
  /** Nothing yet. */
  public static final LineCounts ZERO = new LineCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Packets lost for whatever reason. */
  public long lost() {
    return lostAlone + lostInBursts + lostToQueue;
  }

  /** What packets took from their coming to the end of their sending, on average, in ms. */
  public double queueMillis() {
    return lined == 0 ? 0 : queueNanos / 1e6 / lined;
  }

  /** What has happened since; {@code underWay} and {@code backlogNanos} are those of now. */
  public LineCounts since(LineCounts earlier) {
    return new LineCounts(
        in - earlier.in,
        bytesIn - earlier.bytesIn,
        delivered - earlier.delivered,
        bytesDelivered - earlier.bytesDelivered,
        lostAlone - earlier.lostAlone,
        lostInBursts - earlier.lostInBursts,
        lostToQueue - earlier.lostToQueue,
        duplicated - earlier.duplicated,
        reordered - earlier.reordered,
        lined - earlier.lined,
        queueNanos - earlier.queueNanos,
        underWay,
        backlogNanos);
  }
}
