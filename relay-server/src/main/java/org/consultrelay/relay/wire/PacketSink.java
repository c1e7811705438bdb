package org.consultrelay.relay.wire;

import java.lang.foreign.MemorySegment;

/**
 * Where packets for one far end are written: a claim, then the bytes, then a commit. Claims never
 * fail: what finds no room is written to where nobody reads, dropped by the commit and counted. One
 * thread; allocates nothing.
 *
 * <pre>{@code
 * long at = sink.claim(longest);
 * int length = protect(source, sink.memory(), at);
 * sink.commit(length); // or leave it: an uncommitted claim is void
 * }</pre>
 */
public interface PacketSink {
  /** Where packets are written. Valid until the next claim of this or a neighbouring sink. */
  MemorySegment memory();

  /**
   * Room for the next packet. Claiming again without a commit gives the same room again.
   *
   * @param maxLength the packet's longest possible length in bytes
   * @return the offset in {@link #memory()} to write it at
   */
  long claim(int maxLength);

  /**
   * The packet is written at the claimed offset and may leave.
   *
   * @param length its length in bytes, 1 to what was claimed
   */
  void commit(int length);
}
