package org.consultrelay.relay.sfu;

import java.util.List;

/**
 * How one peer's line fared in each second, for the {@link UplinkRelief}s of what it publishes.
 * Belongs to one loop.
 */
final class UplinkWatch {
  private long expectedBefore;
  private long lostBefore;
  private int flowsBefore;

  /**
   * A second is over; the layers have had their tick.
   *
   * @param record of the peer's line
   * @param late whether the loop itself runs late: then all of its publishers look late
   */
  void second(
      LineRecord record,
      List<Layer> layers,
      List<Publication> publications,
      boolean late,
      long nowNanos) {
    long expected = record.packetsIn() - expectedBefore;
    long lost = record.lostIn() - lostBefore;
    expectedBefore += expected;
    lostBefore += lost;
    long standing = 0;
    int flows = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      standing = Math.max(standing, layer.standingNanos());
      flows += layer.isFlowing(nowNanos) ? 1 : 0;
    }
    boolean bad = !late && UplinkRelief.isBad(expected, lost, standing);
    for (int i = 0; i < publications.size(); i++) {
      publications.get(i).second(bad, flows < flowsBefore, nowNanos);
    }
    flowsBefore = flows;
  }
}
