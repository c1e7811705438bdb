package org.consultrelay.relay;

import org.consultrelay.relay.net.HandoverHandler;
import org.consultrelay.relay.transport.Demultiplexer;
import org.consultrelay.relay.transport.Strays;

/** What other loops hand over to one, sorted by kind. */
final class LoopInbox implements HandoverHandler {
  private final Demultiplexer demultiplexer;

  LoopInbox(Demultiplexer demultiplexer) {
    this.demultiplexer = demultiplexer;
  }

  @Override
  public boolean onHandover(
      int kind,
      int tag,
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    switch (kind) {
      case Strays.KIND -> {
        return demultiplexer.onStray(
            tag, slot, offset, length, remoteHigh, remoteLow, remotePort, nowNanos);
      }
      case Strays.BACK ->
          demultiplexer.onBack(tag, offset, length, remoteHigh, remoteLow, remotePort);
      default -> throw new IllegalStateException("handed over as " + kind);
    }
    return false;
  }

  @Override
  public void endOfTurn(long nowNanos) {
    demultiplexer.endOfTurn(nowNanos);
  }
}
