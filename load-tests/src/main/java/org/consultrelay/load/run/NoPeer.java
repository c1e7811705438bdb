package org.consultrelay.load.run;

import org.consultrelay.relay.net.DatagramHandler;

/** Takes what comes to a port that is nobody's. */
final class NoPeer implements DatagramHandler {
  @Override
  public boolean onDatagram(
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    return false;
  }

  @Override
  public void endOfTurn(long nowNanos) {
    // Nothing was collected.
  }
}
