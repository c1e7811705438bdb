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
    return kind == Strays.KIND
        && demultiplexer.onStray(
            tag, slot, offset, length, remoteHigh, remoteLow, remotePort, nowNanos);
  }

  @Override
  public void endOfTurn(long nowNanos) {
    demultiplexer.endOfTurn(nowNanos);
  }
}
