package org.consultrelay.relay.transport.turn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import org.consultrelay.relay.dtls.DtlsTunnel;
import org.consultrelay.relay.dtls.TunnelGreeter;
import org.consultrelay.relay.dtls.TunnelServer;
import org.consultrelay.relay.net.BatchSink;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.stream.ConnectionGate;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.turn.ClientSession;
import org.consultrelay.relay.turn.TurnClient;
import org.consultrelay.relay.turn.TurnServer;
import org.consultrelay.relay.turn.TurnTransport;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The clients that come to one UDP port by DTLS (RFC 7350). Each has a tunnel as long as it has an
 * allocation, or is about to ask for one. This path allocates: it is for those whom nothing else
 * lets through.
 */
final class TunnelClients implements DatagramHandler {
  /** A HelloVerifyRequest: record, message, version, and a cookie of 32 bytes with its length. */
  private static final int VERIFY_REQUEST = 13 + 12 + 2 + 1 + 32;

  private final MediaLoop loop;
  private final DatagramPort port;
  private final TurnServer server;
  private final ConnectionGate gate;
  private final UnauthenticatedBudget budget;
  private final TunnelCounters counters;
  private final LongConsumer endOfTurn;
  private final TunnelGreeter greeter;
  private final AddressMap<Client> clients = new AddressMap<>();
  private final MemorySegment scratch = Arena.ofAuto().allocate(65_536);

  /**
   * No clients yet.
   *
   * @param gate how many tunnels, and how many of one source
   * @param budget of what strangers are answered
   * @param endOfTurn runs when a turn's datagrams have been handled
   */
  TunnelClients(
      MediaLoop loop,
      DatagramPort port,
      TurnServer server,
      TunnelServer tunnels,
      ConnectionGate gate,
      UnauthenticatedBudget budget,
      TunnelCounters counters,
      LongConsumer endOfTurn) {
    this.loop = loop;
    this.port = port;
    this.server = server;
    this.gate = gate;
    this.budget = budget;
    this.counters = counters;
    this.endOfTurn = endOfTurn;
    this.greeter = new TunnelGreeter(tunnels, loop);
  }

  @Override
  public boolean onDatagram(
      int slot, long offset, int length, long high, long low, int from, long nowNanos) {
    MemorySegment memory = loop.slots().memory();
    Client known = clients.get(high, low, from);
    if (TunnelGreeter.isHello(memory, offset, length)
        && (known == null || !known.tunnel().isOwnHello(memory, offset))) {
      greet(memory, offset, length, new TransportAddress(high, low, from), nowNanos);
    } else if (known != null) {
      known.tunnel().onDatagram(memory, offset, length);
    } else {
      counters.strays++;
    }
    return false;
  }

  private void greet(
      MemorySegment memory, long offset, int length, TransportAddress from, long nowNanos) {
    if (budget.ask(from, length, VERIFY_REQUEST, nowNanos)
        != UnauthenticatedBudget.Decision.ANSWER) {
      counters.unanswered++;
      return;
    }
    Client client = new Client(from);
    DtlsTunnel tunnel =
        greeter.greet(
            memory,
            offset,
            length,
            from,
            answer -> client.send(answer, answer.length),
            client,
            nowNanos);
    if (tunnel == null) {
      counters.greeted++;
      return;
    }
    client.tunnel = tunnel;
    Client before = clients.get(from);
    if (before != null) {
      // The address has shown that it is there, so the old association is nobody's any more
      // (RFC 6347 §4.2.8).
      before.leave();
    }
    if (gate.enter(from.toInetAddress()) != null) {
      counters.refused++;
      tunnel.close();
      return;
    }
    clients.put(from, client);
  }

  @Override
  public void endOfTurn(long nowNanos) {
    endOfTurn.accept(nowNanos);
  }

  /** One client: its tunnel below, its session above. */
  private final class Client implements TurnClient, DtlsTunnel.Listener {
    private final TransportAddress remote;
    private final BatchSink out;
    @Nullable DtlsTunnel tunnel;
    private @Nullable ClientSession session;
    private boolean left;

    Client(TransportAddress remote) {
      this.remote = remote;
      this.out = new BatchSink(port.sendBatch(), remote);
    }

    DtlsTunnel tunnel() {
      DtlsTunnel there = tunnel;
      if (there == null) {
        throw new IllegalStateException("a client without a tunnel");
      }
      return there;
    }

    // ---- below

    @Override
    public void send(byte[] datagram, int length) {
      long at = out.claim(length);
      Bytes.put(out.memory(), at, datagram);
      out.commit(length);
    }

    @Override
    public void connected() {
      counters.connected++;
      session = server.accept(this, loop.nowNanos());
    }

    @Override
    public void data(MemorySegment from, long offset, int length) {
      ClientSession above = session;
      if (above == null || length > SlotPool.CAPACITY) {
        return;
      }
      SlotPool slots = loop.slots();
      int slot = slots.claim();
      if (slot < 0) {
        counters.noSlot++;
        return;
      }
      long at = SlotPool.offset(slot);
      Bytes.copy(from, offset, slots.memory(), at, length);
      boolean kept = false;
      try {
        kept = above.receive(slot, slots.memory(), at, length, loop.nowNanos());
      } finally {
        if (!kept) {
          slots.release(slot);
        }
      }
    }

    @Override
    public void ended() {
      if (session == null) {
        counters.failed++;
      }
      leave();
    }

    private void leave() {
      if (left) {
        return;
      }
      left = true;
      if (clients.get(remote) == this) {
        clients.remove(remote);
        gate.leave(remote.toInetAddress());
      }
      if (tunnel != null) {
        tunnel.close();
      }
      if (session != null) {
        session.onClosed(loop.nowNanos());
      }
    }

    // ---- above

    @Override
    public TurnTransport transport() {
      return TurnTransport.DTLS;
    }

    @Override
    public TransportAddress remote() {
      return remote;
    }

    @Override
    public void close() {
      leave();
    }

    @Override
    public MemorySegment memory() {
      return scratch;
    }

    @Override
    public long claim(int maxLength) {
      return 0;
    }

    @Override
    public void commit(int length) {
      if (tunnel == null || !tunnel.send(scratch, 0, length)) {
        counters.unsent++;
      }
    }
  }
}
