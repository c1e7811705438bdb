package org.consultrelay.relay.transport;

import org.consultrelay.relay.net.stream.StreamConnection;
import org.consultrelay.relay.net.stream.StreamHandler;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * ICE over TCP (RFC 6544) on one loop: its connections are one more path of the loop, whose packets
 * come and go framed (RFC 4571). Wherever the participant lives, the loop that took the connection
 * holds it.
 */
public final class IceTcp implements StreamHandler {
  private final AddressMap<StreamConnection> connections = new AddressMap<>();
  private final Demultiplexer demultiplexer;
  private final PortDemultiplexer path;

  /** The loop's next path. On the loop. */
  public IceTcp(Demultiplexer demultiplexer) {
    this.demultiplexer = demultiplexer;
    this.path = demultiplexer.newPath(new Sinks());
  }

  private final class Sinks implements PathSinks {
    @Override
    public @Nullable PacketSink sink(TransportAddress remote, int loop) {
      return connections.get(remote);
    }

    @Override
    public boolean isOfOneLoop() {
      return true;
    }

    @Override
    public PathKind kind() {
      return PathKind.TCP;
    }

    @Override
    public void bound(TransportAddress remote) {
      StreamConnection connection = connections.get(remote);
      if (connection != null) {
        connection.proven();
      }
    }

    @Override
    public void unbound(TransportAddress remote) {
      StreamConnection connection = connections.get(remote);
      if (connection != null) {
        connection.close();
      }
    }
  }

  @Override
  public void opened(StreamConnection connection) {
    StreamConnection before = connections.get(connection.remote());
    if (before != null) {
      // From the same port again: the client has forgotten the one before.
      closed(before);
      before.close();
    }
    connections.put(connection.remote(), connection);
  }

  @Override
  public boolean onPacket(
      StreamConnection connection, int slot, long offset, int length, long nowNanos) {
    TransportAddress remote = connection.remote();
    return path.onDatagram(
        slot, offset, length, remote.high(), remote.low(), remote.port(), nowNanos);
  }

  @Override
  public void endOfTurn(long nowNanos) {
    demultiplexer.endOfTurn(nowNanos);
  }

  @Override
  public void closed(StreamConnection connection) {
    if (connections.get(connection.remote()) == connection) {
      connections.remove(connection.remote());
      path.gone(connection.remote(), connection.nowNanos());
    }
  }
}
