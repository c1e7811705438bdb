package org.consultrelay.relay.turn;

import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** The peers of an allocation, and the channels that stand for some of them (RFC 8656 §12). */
final class Peers {
  private static final long CHANNEL = 600_000_000_000L;

  private final TurnServer server;
  private final Permissions permissions;
  private final AddressMap<Peer> byAddress = new AddressMap<>();

  /** By channel number, in the place of an address's low half. */
  private final AddressMap<Peer> channels = new AddressMap<>();

  /**
   * None yet.
   *
   * @param permissions a channel brings one along
   */
  Peers(TurnServer server, Permissions permissions) {
    this.server = server;
    this.permissions = permissions;
  }

  /** The peer at an address; null when it is not known. Allocates nothing. */
  @Nullable Peer get(long high, long low, int port) {
    return byAddress.get(high, low, port);
  }

  /** The peer at an address; null when it is not known. */
  @Nullable Peer get(TransportAddress address) {
    return byAddress.get(address);
  }

  /** Whom a channel number stands for now; null for nobody. Allocates nothing. */
  @Nullable Peer ofChannel(int channel, long nowNanos) {
    Peer peer = channels.get(0, channel, 0);
    return peer != null && peer.hasChannel(nowNanos) ? peer : null;
  }

  /** Whether a channel may be bound to a peer: both free, or each other's (RFC 8656 §12.2). */
  boolean mayBind(int channel, TransportAddress peer, long nowNanos) {
    Peer there = byAddress.get(peer);
    if (there != null && there.hasChannel(nowNanos) && there.channel != channel) {
      return false;
    }
    Peer holder = ofChannel(channel, nowNanos);
    return holder == null || holder.address.equals(peer);
  }

  /** Whether there is room for a channel. */
  boolean hasRoomFor(int channel, long nowNanos) {
    if (channels.get(0, channel, 0) != null) {
      return true;
    }
    if (channels.size() >= server.options().channels()) {
      channels.removeIf(holder -> !holder.hasChannel(nowNanos));
    }
    return channels.size() < server.options().channels();
  }

  /** Binds or renews a channel. False when there are too many peers. */
  boolean bind(int channel, TransportAddress address, RelayedAddress via, long nowNanos) {
    Peer peer = at(address, via, nowNanos);
    if (peer == null) {
      return false;
    }
    Peer before = channels.get(0, channel, 0);
    if (before != null && before != peer) {
      before.channel = 0;
    }
    // The number that it had may have expired and be another's since.
    if (peer.channel != channel && channels.get(0, peer.channel, 0) == peer) {
      channels.remove(new TransportAddress(0, peer.channel, 0));
    }
    peer.channel = channel;
    peer.channelUntil = nowNanos + CHANNEL;
    channels.put(new TransportAddress(0, channel, 0), peer);
    permissions.install(address, nowNanos);
    server.counters().channelBinds++;
    return true;
  }

  /** The peer at an address, made if need be; null when there are too many. */
  @Nullable Peer at(TransportAddress address, RelayedAddress via, long nowNanos) {
    Peer peer = byAddress.get(address);
    if (peer != null) {
      return peer;
    }
    int most = server.options().permissions() + server.options().channels();
    if (byAddress.size() >= most) {
      // Who has no channel costs the next packet an object again.
      byAddress.removeIf(each -> !each.hasChannel(nowNanos));
    }
    if (byAddress.size() >= most) {
      return null;
    }
    int own = server.ownMedia().find(address.high(), address.low(), address.port());
    RelayedSockets.RelayedSocket socket = via.socket();
    if (own < 0 && socket == null) {
      return null;
    }
    PacketSink sink = own >= 0 || socket == null ? null : socket.to(address);
    Peer made = new Peer(address, via, sink, own);
    byAddress.put(address, made);
    return made;
  }
}
