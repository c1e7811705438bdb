package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * An allocation (RFC 8656 §3.2): who may reach its client through the relay, and the packets on
 * their way. Relaying allocates nothing but for the first packet to a peer that has no channel.
 */
final class Allocation {
  private static final long SECOND = 1_000_000_000L;

  private final TurnServer server;
  private final TurnClient client;
  private final String user;
  private final TurnCounters counters;
  private final List<RelayedAddress> relayed = new ArrayList<>(2);

  private final Permissions permissions;
  private final Peers peers;
  private final TokenBucket toPeer;
  private final TokenBucket fromPeer;
  private final boolean stream;
  private long until;
  private boolean ended;

  Allocation(TurnServer server, TurnClient client, String user, long nowNanos) {
    this.server = server;
    this.client = client;
    this.user = user;
    this.counters = server.counters();
    this.permissions = new Permissions(server.options().permissions(), counters);
    this.peers = new Peers(server, permissions);
    this.stream = client.transport().isStream();
    long rate = server.options().bytesPerSecond();
    this.toPeer = new TokenBucket(rate, nowNanos);
    this.fromPeer = new TokenBucket(rate, nowNanos);
  }

  void add(RelayedAddress address) {
    relayed.add(address);
  }

  List<RelayedAddress> relayed() {
    return relayed;
  }

  TurnClient client() {
    return client;
  }

  String user() {
    return user;
  }

  TurnCounters counters() {
    return counters;
  }

  long now() {
    return server.now();
  }

  long nextIndication() {
    return server.nextIndication();
  }

  void prolong(int seconds, long nowNanos) {
    until = nowNanos + seconds * SECOND;
  }

  boolean isOver(long nowNanos) {
    return until - nowNanos <= 0;
  }

  /** The relayed address of a family; null when it has none. */
  @Nullable RelayedAddress relayed(boolean ipv4) {
    for (RelayedAddress each : relayed) {
      if (each.address().isIpv4() == ipv4) {
        return each;
      }
    }
    return null;
  }

  Permissions permissions() {
    return permissions;
  }

  Peers peers() {
    return peers;
  }

  // ---- packets

  /** ChannelData of the client's. Returns true when the slot is kept. */
  boolean onChannelData(
      int slot, MemorySegment memory, long offset, int channel, int length, long nowNanos) {
    Peer peer = peers.ofChannel(channel, nowNanos);
    if (peer == null) {
      counters.drop(Drop.NO_CHANNEL);
      return false;
    }
    return toPeer(peer, slot, memory, offset, length, false, nowNanos);
  }

  /** A Send indication of the client's. Returns true when the slot is kept. */
  boolean onSend(Framing send, int slot, MemorySegment memory, long nowNanos) {
    if (!permissions.has(send.peerHigh(), send.peerLow(), nowNanos)) {
      counters.drop(Drop.NO_PERMISSION);
      return false;
    }
    Peer peer = peers.get(send.peerHigh(), send.peerLow(), send.peerPort());
    if (peer == null) {
      peer = firstSend(send, nowNanos);
      if (peer == null) {
        return false;
      }
    }
    boolean whole = send.dontFragment();
    if (whole && peer.own < 0 && !server.forbidsFragments()) {
      counters.drop(Drop.NOT_POSSIBLE);
      return false;
    }
    return toPeer(peer, slot, memory, send.dataOffset(), send.dataLength(), whole, nowNanos);
  }

  private @Nullable Peer firstSend(Framing send, long nowNanos) {
    TransportAddress address =
        new TransportAddress(send.peerHigh(), send.peerLow(), send.peerPort());
    // The permission is the host's: a port of this relay's own that is not media is another peer.
    if (server.judge(address) != PeerVerdict.ALLOWED) {
      return null;
    }
    RelayedAddress via = relayed(address.isIpv4());
    if (via == null || !server.canReach(address, via)) {
      counters.drop(Drop.NO_PERMISSION);
      return null;
    }
    Peer peer = peers.at(address, via, nowNanos);
    if (peer == null) {
      counters.drop(Drop.TOO_MANY_PEERS);
    }
    return peer;
  }

  private boolean toPeer(
      Peer peer,
      int slot,
      MemorySegment memory,
      long offset,
      int length,
      boolean whole,
      long nowNanos) {
    if (length == 0) {
      counters.drop(Drop.MALFORMED);
      return false;
    }
    if (!toPeer.take(length, nowNanos)) {
      counters.drop(Drop.ALLOCATION_BANDWIDTH);
      return false;
    }
    if (!server.toPeer().take(length, nowNanos)) {
      counters.drop(Drop.TOTAL_BANDWIDTH);
      return false;
    }
    PacketSink sink = peer.sink;
    if (sink == null) {
      counters.toMediaPackets++;
      counters.toMediaBytes += length;
      TransportAddress from = peer.relayed.address();
      return server
          .ownMedia()
          .receive(peer.own, slot, offset, length, from.high(), from.low(), from.port(), nowNanos);
    }
    peer.relayed.forbidFragments(whole);
    long at = sink.claim(length);
    MemorySegment.copy(memory, offset, sink.memory(), at, length);
    sink.commit(length);
    counters.toPeerPackets++;
    counters.toPeerBytes += length;
    return false;
  }

  void fromPeer(
      RelayedAddress via,
      MemorySegment memory,
      long offset,
      int length,
      long high,
      long low,
      int port,
      long nowNanos) {
    if (ended || !permissions.has(high, low, nowNanos)) {
      counters.drop(Drop.NO_PERMISSION);
      return;
    }
    if (!admits(length, nowNanos)) {
      return;
    }
    Peer peer = peers.get(high, low, port);
    int channel = peer != null && peer.hasChannel(nowNanos) ? peer.channel : 0;
    int header = channel != 0 ? Framing.CHANNEL_HEADER : Framing.dataHeader(via.address().isIpv4());
    long at = client.claim(header + Framing.padded(length));
    MemorySegment.copy(memory, offset, client.memory(), at + header, length);
    client.commit(
        channel != 0
            ? Framing.writeChannel(client.memory(), at, channel, length, stream)
            : Framing.writeData(
                client.memory(), at, high, low, port, length, server.nextIndication()));
    counters.toClientPackets++;
    counters.toClientBytes += length;
  }

  /** Whether this relay's media may send so much to the client now. */
  boolean admitsFromPeer(Peer peer, int length) {
    long nowNanos = server.now();
    if (ended || !permissions.has(peer.address, nowNanos)) {
      counters.drop(Drop.NO_PERMISSION);
      return false;
    }
    return admits(length, nowNanos);
  }

  private boolean admits(int length, long nowNanos) {
    if (!fromPeer.take(length, nowNanos)) {
      counters.drop(Drop.ALLOCATION_BANDWIDTH);
      return false;
    }
    if (!server.fromPeer().take(length, nowNanos)) {
      counters.drop(Drop.TOTAL_BANDWIDTH);
      return false;
    }
    return true;
  }

  void icmp(TransportAddress peer, Icmp said, long nowNanos) {
    // Unreachable, time exceeded, packet too big (RFC 8656 §11.5).
    boolean told =
        peer.isIpv4()
            ? said.type() == 3 || said.type() == 11
            : said.type() >= 1 && said.type() <= 3;
    if (ended || !told || !permissions.has(peer, nowNanos)) {
      return;
    }
    byte[] message =
        StunWriter.indication(StunMethod.DATA, new TransactionId(0, server.nextIndication()))
            .add(new XorPeerAddress(peer))
            .add(said)
            .plain();
    if (admits(message.length, nowNanos)) {
      server.send(client, message);
      counters.icmp++;
    }
  }

  /** The way from this relay's media back to the client; null when the client never sent there. */
  @Nullable PacketSink shortWay(TransportAddress ownAddress) {
    Peer peer = ended ? null : peers.get(ownAddress);
    return peer == null ? null : new ShortWay(this, peer);
  }

  void end() {
    ended = true;
    relayed.forEach(RelayedAddress::close);
  }
}
