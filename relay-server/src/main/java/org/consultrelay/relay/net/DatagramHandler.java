package org.consultrelay.relay.net;

/**
 * What a port does with what comes in. Implemented above this package; every call is on the loop's
 * thread. Nothing here may allocate, block or throw; a handler that throws all the same costs that
 * one datagram and is counted ({@link PortCounters#handlerFailures()}).
 */
public interface DatagramHandler {
  /**
   * One datagram has been received into a slot of the loop's {@link MediaLoop#slots()}.
   *
   * @param slot the slot's number
   * @param offset where the datagram begins in the slots' memory, in bytes
   * @param length its length in bytes, 0 to the slot's capacity
   * @param remoteHigh the sender's address as {@link
   *     org.consultrelay.relay.wire.TransportAddress#high()}
   * @param remoteLow the sender's address as {@link
   *     org.consultrelay.relay.wire.TransportAddress#low()}
   * @param remotePort the sender's port
   * @param nowNanos when the batch was received, {@link System#nanoTime()}'s clock
   * @return true when the handler keeps the slot: it then owns it and releases it to the pool when
   *     done. False: the slot is received into again. A handler that throws has not kept the slot,
   *     so handing the slot on must be the last thing that can fail.
   */
  boolean onDatagram(
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos);

  /**
   * The network said why a datagram that left here did not arrive. Called only on ports with {@link
   * DatagramPort#reportErrors}. May allocate.
   *
   * @param toHigh where the datagram was going, as {@link
   *     org.consultrelay.relay.wire.TransportAddress#high()}
   * @param toLow as {@link org.consultrelay.relay.wire.TransportAddress#low()}
   * @param toPort the port that it was going to; 0 when it is not known
   * @param type the type of the ICMP message, or of the ICMPv6 message when the address is of IPv6
   * @param code its code
   * @param mtu what the next hop takes in bytes, when the datagram was too long for it; else 0
   */
  default void onIcmp(
      long toHigh, long toLow, int toPort, int type, int code, int mtu, long nowNanos) {}

  /**
   * All datagrams of this turn have been handed over, be it one or several batches. The place to
   * forward what the turn collected, destination by destination, so that each destination's share
   * becomes one run of its {@link SendBatch}. Every port of the loop is flushed right after.
   */
  void endOfTurn(long nowNanos);

  /** Makes the handler of each port of a loop. */
  @FunctionalInterface
  interface Factory {
    /**
     * Called once for each port on the loop's thread, when the port is bound and before anything is
     * received.
     */
    DatagramHandler handler(MediaLoop loop, DatagramPort port);
  }
}
