package org.consultrelay.relay.turn;

import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** One peer of an allocation: how to reach it, and the channel that stands for it, if any. */
final class Peer {
  final TransportAddress address;

  /** The relayed address that it sees. */
  final RelayedAddress relayed;

  /** Where its packets leave; null for this relay's own media. */
  final @Nullable PacketSink sink;

  /** The number of the own media address that it is; -1: another peer. */
  final int own;

  /** 0: none. */
  int channel;

  /** When the channel ends. */
  long channelUntil;

  Peer(TransportAddress address, RelayedAddress relayed, @Nullable PacketSink sink, int own) {
    this.address = address;
    this.relayed = relayed;
    this.sink = sink;
    this.own = own;
  }

  boolean hasChannel(long nowNanos) {
    return channel != 0 && channelUntil - nowNanos > 0;
  }
}
