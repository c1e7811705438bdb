package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.PacketSink;

/**
 * From this relay's media to a client, framed as if it had come from a peer: written once, by who
 * encrypts it, straight into what leaves for the client.
 */
final class ShortWay implements PacketSink {
  private final Allocation allocation;
  private final Peer peer;
  private final PacketSink client;
  private final boolean stream;
  private int header;
  private long claimed;

  ShortWay(Allocation allocation, Peer peer) {
    this.allocation = allocation;
    this.peer = peer;
    this.client = allocation.client();
    this.stream = allocation.client().transport().isStream();
  }

  @Override
  public MemorySegment memory() {
    return client.memory();
  }

  @Override
  public long claim(int maxLength) {
    boolean channel = peer.hasChannel(allocation.now());
    header = channel ? Framing.CHANNEL_HEADER : Framing.dataHeader(peer.address.isIpv4());
    claimed = client.claim(header + Framing.padded(maxLength));
    return claimed + header;
  }

  @Override
  public void commit(int length) {
    if (!allocation.admitsFromPeer(peer, length)) {
      return;
    }
    int whole =
        header == Framing.CHANNEL_HEADER
            ? Framing.writeChannel(client.memory(), claimed, peer.channel, length, stream)
            : Framing.writeData(
                client.memory(), claimed, peer.address, length, allocation.nextIndication());
    client.commit(whole);
    TurnCounters counters = allocation.counters();
    counters.fromMediaPackets++;
    counters.fromMediaBytes += length;
  }
}
