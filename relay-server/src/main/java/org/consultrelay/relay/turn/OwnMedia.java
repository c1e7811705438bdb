package org.consultrelay.relay.turn;

import org.consultrelay.relay.wire.TransportAddress;

/**
 * This relay's own media addresses. What a client sends to one of them goes to the media inside the
 * process, without a second socket, and what the media sends goes back by a {@link ShortWay}.
 */
public interface OwnMedia {
  /** The number of a media address, counted from 0; -1 for any other. Allocates nothing. */
  int find(long high, long low, int port);

  /** The address of a number. */
  TransportAddress address(int index);

  /**
   * A packet of a client's for the media.
   *
   * @param index the media address that it is for
   * @param slot where it stands
   * @param offset where it begins, in bytes
   * @param length its length in bytes
   * @param relayedHigh where it comes from, to the media: the allocation's relayed address
   * @return true when the slot is kept
   */
  boolean receive(
      int index,
      int slot,
      long offset,
      int length,
      long relayedHigh,
      long relayedLow,
      int relayedPort,
      long nowNanos);
}
