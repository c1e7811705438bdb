package org.consultrelay.relay.turn;

import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sockets that peers see. Implemented by who has sockets; what comes in goes to {@link
 * RelayedAddress#receive}.
 */
public interface RelayedSockets {
  /**
   * Opens the socket of a relayed address.
   *
   * @param relayed host as peers see it, and port
   * @return null when the port cannot be had
   */
  @Nullable RelayedSocket open(RelayedAddress relayed);

  /** One such socket. */
  interface RelayedSocket {
    /** What leaves for a peer. Allocates: to be kept. */
    PacketSink to(TransportAddress peer);

    /** Whether it can be told not to fragment (RFC 8656 §14.9). */
    boolean forbidsFragments();

    /** Closes it. */
    void close();
  }
}
