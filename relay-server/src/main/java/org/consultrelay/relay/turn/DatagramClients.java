package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * The clients of one datagram port. Who has no allocation leaves nothing behind here: a stranger is
 * answered and forgotten.
 */
public final class DatagramClients {
  /** Makes what answers to a client leave by. */
  @FunctionalInterface
  public interface Factory {
    /** The client at an address. */
    TurnClient client(TransportAddress remote);
  }

  private final TurnServer server;
  private final Factory factory;
  private final AddressMap<ClientSession> sessions = new AddressMap<>();

  DatagramClients(TurnServer server, Factory factory) {
    this.server = server;
    this.factory = factory;
  }

  /**
   * A datagram has come in.
   *
   * @param slot where it stands
   * @param offset where it begins, in bytes
   * @param length its length in bytes
   * @param high the client's address as {@link TransportAddress#high()}
   * @param low as {@link TransportAddress#low()}
   * @return true when the slot is kept
   */
  public boolean receive(
      int slot,
      MemorySegment memory,
      long offset,
      int length,
      long high,
      long low,
      int port,
      long nowNanos) {
    ClientSession session = sessions.get(high, low, port);
    if (session != null) {
      return session.receive(slot, memory, offset, length, nowNanos);
    }
    server.at(nowNanos);
    if (length < Framing.CHANNEL_HEADER || Bytes.u8(memory, offset) > 3) {
      server.counters().drop(length < Framing.CHANNEL_HEADER ? Drop.MALFORMED : Drop.NO_ALLOCATION);
      return false;
    }
    TransportAddress remote = new TransportAddress(high, low, port);
    ClientSession stranger = new ClientSession(server, factory.client(remote), nowNanos);
    server.onMessage(stranger, stranger.client(), memory, offset, length, nowNanos);
    if (stranger.allocation() != null) {
      sessions.put(remote, stranger);
    }
    return false;
  }

  void ended(ClientSession session) {
    TransportAddress remote = session.client().remote();
    if (sessions.get(remote) == session) {
      sessions.remove(remote);
    }
  }

  /** How many clients have an allocation here. */
  public int size() {
    return sessions.size();
  }
}
