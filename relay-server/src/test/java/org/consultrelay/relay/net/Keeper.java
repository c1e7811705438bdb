package org.consultrelay.relay.net;

import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import org.consultrelay.relay.wire.SlotPool;

/** Keeps the slots of a turn and forwards them all to one peer when it ends. */
final class Keeper implements DatagramHandler {
  private final DatagramPort port;
  private final Destination to;
  final Deque<int[]> kept = new ArrayDeque<>();
  boolean forward = true;

  Keeper(DatagramPort port, DatagramSocket to) {
    this.port = port;
    this.to = Destination.of(LoopFixture.address(to));
  }

  @Override
  public boolean onDatagram(
      int slot, long offset, int length, long high, long low, int remotePort, long nowNanos) {
    kept.add(new int[] {slot, length});
    return true;
  }

  @Override
  public void endOfTurn(long nowNanos) {
    while (forward && !kept.isEmpty()) {
      int[] packet = kept.remove();
      long at = port.sendBatch().claim(packet[1]);
      MemorySegment.copy(
          port.slots().memory(),
          SlotPool.offset(packet[0]),
          port.sendBatch().memory(),
          at,
          packet[1]);
      port.sendBatch().commit(to, packet[1]);
      port.slots().release(packet[0]);
    }
  }
}
