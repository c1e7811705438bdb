package org.consultrelay.relay.transport.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.BatchSink;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.turn.TurnClient;
import org.consultrelay.relay.turn.TurnTransport;
import org.consultrelay.relay.wire.TransportAddress;

/** A TURN client that comes by datagrams. */
final class DatagramClient implements TurnClient {
  private final BatchSink sink;
  private final TransportAddress remote;

  DatagramClient(SendBatch batch, TransportAddress remote) {
    this.sink = new BatchSink(batch, remote);
    this.remote = remote;
  }

  @Override
  public TurnTransport transport() {
    return TurnTransport.UDP;
  }

  @Override
  public TransportAddress remote() {
    return remote;
  }

  @Override
  public void close() {
    // There is no connection to end.
  }

  @Override
  public MemorySegment memory() {
    return sink.memory();
  }

  @Override
  public long claim(int maxLength) {
    return sink.claim(maxLength);
  }

  @Override
  public void commit(int length) {
    sink.commit(length);
  }
}
