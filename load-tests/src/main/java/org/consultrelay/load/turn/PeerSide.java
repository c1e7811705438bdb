package org.consultrelay.load.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.DatagramHandler;
import org.jspecify.annotations.Nullable;

/** Where what clients send arrives: the other end of every relayed address. */
final class PeerSide implements DatagramHandler {
  private final DriverLoop driver;

  PeerSide(DriverLoop driver) {
    this.driver = driver;
  }

  @Override
  public boolean onDatagram(
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    MemorySegment memory = driver.slots();
    @Nullable TurnClient client =
        FlowStamp.isThere(memory, offset, length)
            ? driver.client(FlowStamp.flow(memory, offset))
            : null;
    if (client == null) {
      driver.strangeAtPeer();
    } else {
      client.arrivedUp(
          FlowStamp.sequence(memory, offset), nowNanos - FlowStamp.sentNanos(memory, offset));
    }
    return false;
  }

  @Override
  public void endOfTurn(long nowNanos) {
    driver.onTurn(nowNanos);
  }
}
