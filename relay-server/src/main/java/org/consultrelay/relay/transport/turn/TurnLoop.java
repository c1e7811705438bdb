package org.consultrelay.relay.transport.turn;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.consultrelay.relay.dtls.TunnelServer;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.net.stream.ConnectionGate;
import org.consultrelay.relay.net.stream.StreamConnection;
import org.consultrelay.relay.net.stream.StreamHandler;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.transport.Demultiplexer;
import org.consultrelay.relay.transport.PathKind;
import org.consultrelay.relay.transport.PathSinks;
import org.consultrelay.relay.turn.ClientSession;
import org.consultrelay.relay.turn.DatagramClients;
import org.consultrelay.relay.turn.OwnMedia;
import org.consultrelay.relay.turn.PeerRules;
import org.consultrelay.relay.turn.TurnClient;
import org.consultrelay.relay.turn.TurnCounters;
import org.consultrelay.relay.turn.TurnServer;
import org.consultrelay.relay.turn.TurnService;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The TURN server of one loop with all that it needs: client ports, relayed ports, and for each UDP
 * port of the loop's media a path by which its packets reach that media. On the loop's thread.
 */
public final class TurnLoop implements StreamHandler {
  private final MediaLoop loop;
  private final TurnService service;
  private final Demultiplexer demultiplexer;
  private final MediaAddresses media;
  private final RelayedPorts relayedPorts;
  private final TurnServer server;
  private final DatagramHandler[] paths;
  private final UnauthenticatedBudget budget;
  private final TunnelCounters tunnels = new TunnelCounters();

  /**
   * A server without client ports.
   *
   * @param service what all loops share
   * @param media the media addresses of all loops
   * @param binds the local addresses of relayed ports, at most one of each family
   * @param rules who may be reached
   * @param budget for strangers
   */
  public TurnLoop(
      MediaLoop loop,
      Demultiplexer demultiplexer,
      TurnService service,
      MediaAddresses media,
      List<TransportAddress> binds,
      PeerRules rules,
      UnauthenticatedBudget budget) {
    this.loop = loop;
    this.demultiplexer = demultiplexer;
    this.media = media;
    this.service = service;
    this.budget = budget;
    this.relayedPorts = new RelayedPorts(loop, binds);
    this.server =
        new TurnServer(service, relayedPorts, new Media(), rules, budget, loop.nowNanos());
    this.paths = new DatagramHandler[media.paths()];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = demultiplexer.path(new Sinks(i));
    }
    new Sweep().start();
  }

  /** What it did. Any thread. */
  public TurnCounters counters() {
    return server.counters();
  }

  /** What its DTLS clients did. Any thread. */
  public TunnelCounters tunnels() {
    return tunnels;
  }

  /** Relayed ports that could not be had. Any thread, a moment late. */
  public long portFailures() {
    return relayedPorts.failures();
  }

  /**
   * Takes clients by UDP.
   *
   * @param local the address to bind
   * @param shared whether other loops bind it too
   * @throws IOException with one line, when the address cannot be had
   */
  public DatagramPort openUdp(TransportAddress local, boolean shared) throws IOException {
    return open(local, shared, Clients::new);
  }

  /**
   * Takes clients by DTLS (RFC 7350).
   *
   * @param local the address to bind
   * @param shared whether other loops bind it too
   * @param with its certificate
   * @param gate how many clients, and how many of one source
   * @throws IOException with one line, when the address cannot be had
   */
  public DatagramPort openDtls(
      TransportAddress local, boolean shared, TunnelServer with, ConnectionGate gate)
      throws IOException {
    return open(
        local,
        shared,
        port ->
            new TunnelClients(
                loop, port, server, with, gate, budget, tunnels, demultiplexer::endOfTurn));
  }

  private DatagramPort open(
      TransportAddress local, boolean shared, Function<DatagramPort, DatagramHandler> handler)
      throws IOException {
    DatagramHandler.Factory clients = (_, port) -> handler.apply(port);
    DatagramPort port =
        shared ? loop.openSharedPort(local, clients) : loop.openPort(local, clients);
    loop.onFlush(port::flush);
    return port;
  }

  /**
   * From now on there are no new allocations, or there are again. Participants of our own rooms may
   * make some all the while: they must be able to come back.
   */
  public void draining(boolean drains) {
    server.draining(drains);
  }

  /** A UDP port for clients. */
  private final class Clients implements DatagramHandler {
    private final DatagramClients clients;

    Clients(DatagramPort port) {
      this.clients = server.datagrams(remote -> new DatagramClient(port.sendBatch(), remote));
    }

    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int port, long nowNanos) {
      return clients.receive(
          slot, loop.slots().memory(), offset, length, high, low, port, nowNanos);
    }

    @Override
    public void endOfTurn(long nowNanos) {
      demultiplexer.endOfTurn(nowNanos);
    }
  }

  @Override
  public void opened(StreamConnection connection) {
    connection.attach(server.accept(new StreamClient(connection), loop.nowNanos()));
  }

  @Override
  public boolean onPacket(
      StreamConnection connection, int slot, long offset, int length, long nowNanos) {
    return connection.attachment() instanceof ClientSession session
        && session.receive(slot, loop.slots().memory(), offset, length, nowNanos);
  }

  @Override
  public void endOfTurn(long nowNanos) {
    demultiplexer.endOfTurn(nowNanos);
  }

  @Override
  public void closed(StreamConnection connection) {
    if (connection.attachment() instanceof ClientSession session) {
      session.onClosed(loop.nowNanos());
    }
  }

  /** From clients to the media of any loop. */
  private final class Media implements OwnMedia {
    @Override
    public int find(long high, long low, int port) {
      return media.find(high, low, port);
    }

    @Override
    public TransportAddress address(int index) {
      return media.address(index);
    }

    @Override
    public boolean receive(
        int index,
        int slot,
        long offset,
        int length,
        long relayedHigh,
        long relayedLow,
        int relayedPort,
        long nowNanos) {
      return paths[media.path(index)].onDatagram(
          slot, offset, length, relayedHigh, relayedLow, relayedPort, nowNanos);
    }
  }

  /** From the media of any loop to clients of this one. */
  private final class Sinks implements PathSinks {
    private final int path;

    Sinks(int path) {
      this.path = path;
    }

    @Override
    public @Nullable PacketSink sink(TransportAddress relayed, int from) {
      return server.shortWay(relayed, media.number(from, path));
    }

    @Override
    public boolean isOfOneLoop() {
      return true;
    }

    @Override
    public Origin origin(TransportAddress relayed) {
      TurnClient client = service.clientOf(relayed);
      return client == null
          ? new Origin(kind().label(), relayed)
          : new Origin(kind().label() + "/" + client.transport().label(), client.remote());
    }

    @Override
    public PathKind kind() {
      return PathKind.TURN;
    }
  }

  private final class Sweep extends TimerWheel.Timer {
    void start() {
      loop.timers().schedule(this, loop.nowNanos() + TurnServer.SWEEP_INTERVAL);
    }

    @Override
    protected void onTimer(long nowNanos) {
      server.sweep(nowNanos);
      start();
    }
  }
}
