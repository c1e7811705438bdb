package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A relayed transport address of an allocation. It is a number until a permission names a peer that
 * is not this relay's own media: only then is a socket opened.
 */
public final class RelayedAddress {
  private final Allocation allocation;
  private final TransportAddress address;
  private RelayedSockets.@Nullable RelayedSocket socket;
  private boolean forbidsFragments;

  RelayedAddress(Allocation allocation, TransportAddress address) {
    this.allocation = allocation;
    this.address = address;
  }

  /** The address that peers see. */
  public TransportAddress address() {
    return address;
  }

  /** A datagram came to the socket; it goes to the client if its sender has a permission. */
  public void receive(
      MemorySegment memory,
      long offset,
      int length,
      long peerHigh,
      long peerLow,
      int peerPort,
      long nowNanos) {
    allocation.fromPeer(this, memory, offset, length, peerHigh, peerLow, peerPort, nowNanos);
  }

  /**
   * The network said why a datagram for a peer did not arrive (RFC 8656 §11.5); the client is told
   * if it has a permission for the peer, and if the message is one of those that are relayed.
   *
   * @param peer where the datagram was going
   * @param type the type of the ICMP message, or of the ICMPv6 message when the peer is of IPv6
   * @param code its code
   * @param data the MTU of the next hop in bytes, when that is what it is about; else 0
   */
  public void icmpError(TransportAddress peer, int type, int code, int data, long nowNanos) {
    allocation.icmp(peer, new Icmp(type, code, data), nowNanos);
  }

  RelayedSockets.@Nullable RelayedSocket socket() {
    return socket;
  }

  /** Whether there is a socket, opened now if need be. */
  boolean isOpen(RelayedSockets sockets) {
    if (socket == null) {
      socket = sockets.open(this);
    }
    return socket != null;
  }

  /** Whether the next packet must not be fragmented. */
  void forbidFragments(boolean forbid) {
    if (forbid != forbidsFragments && socket != null) {
      forbidsFragments = forbid;
      socket.forbidFragments(forbid);
    }
  }

  void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
