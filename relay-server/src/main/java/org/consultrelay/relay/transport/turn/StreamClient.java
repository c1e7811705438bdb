package org.consultrelay.relay.transport.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.stream.StreamConnection;
import org.consultrelay.relay.turn.TurnClient;
import org.consultrelay.relay.turn.TurnTransport;
import org.consultrelay.relay.wire.TransportAddress;

/** A TURN client that comes by a connection. */
final class StreamClient implements TurnClient {
  private final StreamConnection connection;
  private final TurnTransport transport;

  StreamClient(StreamConnection connection) {
    this.connection = connection;
    this.transport = connection.isEncrypted() ? TurnTransport.TLS : TurnTransport.TCP;
  }

  @Override
  public TurnTransport transport() {
    return transport;
  }

  @Override
  public TransportAddress remote() {
    return connection.remote();
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public MemorySegment memory() {
    return connection.memory();
  }

  @Override
  public long claim(int maxLength) {
    return connection.claim(maxLength);
  }

  @Override
  public void commit(int length) {
    connection.commit(length);
  }
}
