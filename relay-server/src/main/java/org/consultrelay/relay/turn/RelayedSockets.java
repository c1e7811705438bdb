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

  /** Whether its sockets can be told not to fragment (RFC 8656 §14.1 and §15). */
  boolean forbidsFragments();

  /** One such socket. */
  interface RelayedSocket {
    /** What leaves for a peer. Allocates: to be kept. */
    PacketSink to(TransportAddress peer);

    /**
     * Whether what is committed from now on must not be fragmented; not so at first. Called only if
     * {@link RelayedSockets#forbidsFragments()}, and only when it changes.
     */
    void forbidFragments(boolean forbid);

    /** Closes it. */
    void close();
  }
}
