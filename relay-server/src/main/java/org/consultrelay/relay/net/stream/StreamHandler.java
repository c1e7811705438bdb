package org.consultrelay.relay.net.stream;

/**
 * What a loop does with its connections. Every call is on the loop's thread; nothing here may
 * block.
 */
public interface StreamHandler {
  /** Somebody is connected; the first frame follows. */
  void opened(StreamConnection connection);

  /**
   * One packet, in a slot of the loop's pool.
   *
   * @param slot the slot's number
   * @param offset where the packet begins in the slots' memory, in bytes
   * @param length its length in bytes, 1 or more
   * @return true when the handler keeps the slot
   */
  boolean onPacket(StreamConnection connection, int slot, long offset, int length, long nowNanos);

  /** All that was there has been handed over; what was sent leaves right after. */
  void endOfTurn(long nowNanos);

  /** The connection is gone. Comes once, when {@link #opened} came. */
  void closed(StreamConnection connection);
}
