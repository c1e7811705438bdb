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

  /** The network said something about data for a peer (RFC 8656 §11.5). */
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

  void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
