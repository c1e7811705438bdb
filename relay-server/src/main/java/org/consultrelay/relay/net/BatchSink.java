package org.consultrelay.relay.net;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;

/** One destination of a port: what is committed joins the port's send batch. */
public final class BatchSink implements PacketSink {
  private final SendBatch batch;
  private final Destination destination;

  /** What leaves by this batch for this peer. */
  public BatchSink(SendBatch batch, TransportAddress peer) {
    this.batch = batch;
    this.destination = Destination.of(peer);
  }

  @Override
  public MemorySegment memory() {
    return batch.memory();
  }

  @Override
  public long claim(int maxLength) {
    return batch.claim(maxLength);
  }

  @Override
  public void commit(int length) {
    batch.commit(destination, length);
  }
}
