package org.consultrelay.relay.net;

/**
 * What a loop does with packets that other loops hand over. Implemented above this package; every
 * call is on the receiving loop's thread. Nothing here may allocate, block or throw.
 */
public interface HandoverHandler {
  /**
   * One packet, copied into a slot of this loop's pool.
   *
   * @param kind what the packet is, to the two who use the ring
   * @param tag the number that came with it
   * @param slot the slot's number
   * @param offset where the packet begins in the slots' memory, in bytes
   * @param length its length in bytes
   * @param remoteHigh the remote address as {@link
   *     org.consultrelay.relay.wire.TransportAddress#high()}
   * @param remoteLow the remote address as {@link
   *     org.consultrelay.relay.wire.TransportAddress#low()}
   * @param remotePort the remote port
   * @param nowNanos this loop's time
   * @return true when the handler keeps the slot and releases it when done
   */
  boolean onHandover(
      int kind,
      int tag,
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos);

  /** All that was there has been handed over; the loop's ports are flushed right after. */
  void endOfTurn(long nowNanos);
}
