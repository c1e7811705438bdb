package org.consultrelay.relay.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.HandoverRing;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;

/** What this loop's media sends over a connection that another loop holds. */
final class RingSink implements PacketSink {
  /** Where packets go that the ring does not take: it has counted them. Never read. */
  private static final MemorySegment NOWHERE = Arena.global().allocate(1 << 16, 8);

  private final HandoverRing ring;
  private final int tag;
  private final TransportAddress remote;
  private MemorySegment memory;
  private boolean room;

  RingSink(HandoverRing ring, int tag, TransportAddress remote) {
    this.ring = ring;
    this.tag = tag;
    this.remote = remote;
    this.memory = ring.memory();
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public long claim(int maxLength) {
    long at = ring.claim(maxLength);
    room = at >= 0;
    memory = room ? ring.memory() : NOWHERE;
    return room ? at : 0;
  }

  @Override
  public void commit(int length) {
    if (room) {
      ring.commit(Strays.BACK, tag, remote.high(), remote.low(), remote.port(), length);
    }
  }
}
