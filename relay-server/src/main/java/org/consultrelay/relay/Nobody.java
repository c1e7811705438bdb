package org.consultrelay.relay;

import org.consultrelay.relay.net.stream.StreamConnection;
import org.consultrelay.relay.net.stream.StreamHandler;

/** Takes connections on a shared port of a relay without TURN: ends those that are not HTTP. */
final class Nobody implements StreamHandler {
  @Override
  public void opened(StreamConnection connection) {
    connection.close();
  }

  @Override
  public boolean onPacket(
      StreamConnection connection, int slot, long offset, int length, long nowNanos) {
    return false;
  }

  @Override
  public void endOfTurn(long nowNanos) {}

  @Override
  public void closed(StreamConnection connection) {}
}
