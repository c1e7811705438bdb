package org.consultrelay.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.config.TurnConfig;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.dtls.ServerIdentity;
import org.consultrelay.relay.dtls.TunnelServer;
import org.consultrelay.relay.ice.IceCandidate;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.net.stream.ConnectionGate;
import org.consultrelay.relay.net.stream.PemKeyPair;
import org.consultrelay.relay.net.stream.StreamCounters;
import org.consultrelay.relay.net.stream.StreamDoor;
import org.consultrelay.relay.net.stream.StreamFraming;
import org.consultrelay.relay.net.stream.StreamHandler;
import org.consultrelay.relay.net.stream.StreamLimits;
import org.consultrelay.relay.net.stream.StreamPort;
import org.consultrelay.relay.signal.IceServers;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.transport.IceTcp;
import org.consultrelay.relay.transport.turn.MediaAddresses;
import org.consultrelay.relay.transport.turn.TurnLoop;
import org.consultrelay.relay.turn.PeerRules;
import org.consultrelay.relay.turn.PortPool;
import org.consultrelay.relay.turn.SharedSecrets;
import org.consultrelay.relay.turn.TurnOptions;
import org.consultrelay.relay.turn.TurnService;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to media besides its UDP ports: TURN by UDP, TCP and TLS, and ICE-TCP. */
final class MediaDoors {
  /** An answer to a stranger is shorter than twice what he sent. */
  private static final int TENTHS = 19;

  /** TURN clients may say nothing for as long as their permissions last, and a little. */
  private static final StreamLimits TURN_LIMITS =
      StreamLimits.DEFAULT.withIdle(Duration.ofSeconds(330));

  /** ICE checks come every few seconds, and what begins with none is nobody's. */
  private static final StreamLimits ICE_LIMITS =
      StreamLimits.DEFAULT.withIdle(Duration.ofSeconds(40)).withProof(Duration.ofSeconds(15));

  /** A handshake of a client that goes on takes a few round trips, even by satellite. */
  private static final DtlsLimits DTLS_LIMITS =
      new DtlsLimits(Duration.ofSeconds(15), Duration.ofSeconds(2), Duration.ofMillis(500));

  private static final int DTLS_HANDSHAKES = 200;

  private static final Logger LOG = LoggerFactory.getLogger(MediaDoors.class);

  private final RelayConfig config;
  private final List<MediaHost> hosts;
  private final List<InetAddress> addresses;
  private final List<TurnLoop> turnLoops = new ArrayList<>();
  private final List<DatagramPort> turnUdp = new ArrayList<>();
  private final List<DatagramPort> turnDtls = new ArrayList<>();
  private final List<StreamDoor> doors = new ArrayList<>();
  private final StreamCounters turnStreams = new StreamCounters();
  private final StreamCounters iceStreams = new StreamCounters();
  private final ConnectionGate gate;
  private final StreamDoor.Rules rules;
  private final @Nullable Certificates certificates;
  private final Executor handshakes;
  private @Nullable TurnService service;
  private @Nullable String madeSecret;
  private @Nullable StreamDoor turnTcp;
  private @Nullable StreamDoor turnTls;
  private @Nullable StreamDoor sharedTls;

  private MediaDoors(
      RelayConfig config,
      List<MediaHost> hosts,
      List<InetAddress> addresses,
      Executor handshakes,
      @Nullable Certificates certificates) {
    this.config = config;
    this.hosts = hosts;
    this.addresses = addresses;
    this.certificates = certificates;
    this.handshakes = handshakes;
    this.gate =
        new ConnectionGate(config.tcp().connectionsPerSource(), config.tcp().maxConnections());
    this.rules =
        new StreamDoor.Rules(gate, config.tcp().proxies(), handshakes, StreamDoor.Rules.PATIENCE);
  }

  /**
   * Opens TURN and ICE-TCP as configured.
   *
   * @throws StartFailure when a port cannot be had
   */
  static MediaDoors open(
      RelayConfig config,
      List<MediaHost> hosts,
      List<InetAddress> addresses,
      Executor handshakes,
      @Nullable Certificates certificates,
      SecureRandom random)
      throws Exception {
    MediaDoors doors = new MediaDoors(config, hosts, addresses, handshakes, certificates);
    if (config.turn().enabled()) {
      doors.openTurn(random);
    }
    if (config.tcp().icePort().isPresent()) {
      doors.openIceTcp(config.tcp().icePort().getAsInt());
    }
    return doors;
  }

  private void openTurn(SecureRandom random) throws Exception {
    TurnConfig turn = config.turn();
    List<TransportAddress> seen = firstOfEachFamily(hosts.getFirst().seen());
    List<TransportAddress> binds =
        firstOfEachFamily(
            hosts.getFirst().loop().ports().stream().map(DatagramPort::localAddress).toList());
    byte[] nonceKey = new byte[32];
    random.nextBytes(nonceKey);
    TurnService made =
        new TurnService(
            options(config, config),
            secrets(turn, random),
            nonceKey,
            new PortPool(turn.relayPorts().first(), turn.relayPorts().last(), random),
            seen,
            InstantSource.system());
    made.configure(options(config, config), secrets(turn, random), tenantLimits(config));
    service = made;
    MediaAddresses media =
        new MediaAddresses(hosts.stream().map(MediaHost::seen).toList(), config.net().onePort());
    Set<InetAddress> own = new LinkedHashSet<>(addresses);
    hosts.forEach(host -> host.seen().forEach(each -> own.add(each.toInetAddress())));
    PeerRules peers = PeerRules.of(turn.allowPeers(), turn.denyPeers()).withOwn(own);
    for (MediaHost host : hosts) {
      long key = random.nextLong();
      turnLoops.add(
          on(
              host.loop(),
              () ->
                  new TurnLoop(
                      host.loop(),
                      host.demultiplexer(),
                      made,
                      media,
                      binds,
                      peers,
                      new UnauthenticatedBudget(
                          turn.quotas().strangers(),
                          turn.quotas().strangersPerNetwork(),
                          TENTHS,
                          key,
                          host.loop().nowNanos()))));
    }
    if (turn.udpPort().isPresent()) {
      openUdp("turn.udpPort", turn.udpPort().getAsInt(), turnUdp, TurnLoop::openUdp);
    }
    List<StreamPort> ports =
        streamPorts(StreamFraming.STUN, TURN_LIMITS, turnLoops::get, turnStreams);
    if (turn.tcpPort().isPresent()) {
      turnTcp = door("turn.tcpPort", turn.tcpPort().getAsInt(), ports, null, null);
    }
    if (certificates != null && turn.tlsPort().isPresent()) {
      turnTls = door("turn.tlsPort", turn.tlsPort().getAsInt(), ports, certificates, null);
      openDtls(certificates, turnTls.port(), handshakes, random);
    }
    turnPorts = ports;
  }

  private List<StreamPort> turnPorts = List.of();

  /** Opens the port that HTTPS and TURN share, when it is configured. */
  void openShared(InetSocketAddress http) throws Exception {
    if (certificates == null || config.tcp().tlsPort().isEmpty()) {
      return;
    }
    List<StreamPort> ports = turnPorts;
    if (ports.isEmpty()) {
      ports = streamPorts(StreamFraming.STUN, TURN_LIMITS, _ -> new Nobody(), turnStreams);
    }
    sharedTls = door("tcp.tlsPort", config.tcp().tlsPort().getAsInt(), ports, certificates, http);
  }

  /** Opens one UDP port of a loop. */
  private interface PortOfLoop {
    DatagramPort open(TurnLoop loop, TransportAddress local, boolean shared) throws IOException;
  }

  private void openUdp(String key, int port, List<DatagramPort> into, PortOfLoop opener)
      throws Exception {
    int number = port;
    for (InetAddress address : addresses) {
      for (int i = 0; i < hosts.size(); i++) {
        MediaLoop loop = hosts.get(i).loop();
        boolean shared = hosts.size() > 1 && loop.ports().getFirst().io().equals("epoll");
        TurnLoop turn = turnLoops.get(i);
        TransportAddress local = TransportAddress.of(address, number);
        DatagramPort opened;
        try {
          opened = on(loop, () -> opener.open(turn, local, shared));
        } catch (IOException e) {
          throw StartFailure.port(key, e);
        }
        into.add(opened);
        number = opened.localAddress().port();
        if (!shared) {
          break;
        }
      }
    }
  }

  /** DTLS has the number of TLS (RFC 7065 §3.2): who knows one URL knows the other. */
  private void openDtls(Certificates of, int port, Executor handshakes, SecureRandom random)
      throws Exception {
    TunnelServer server =
        new TunnelServer(
            identity(of, random),
            DTLS_LIMITS,
            new HandshakeGate(DTLS_HANDSHAKES, DTLS_HANDSHAKES),
            handshakes);
    of.onReload(() -> {
      try {
        server.identity(identity(of, random));
      } catch (IOException e) {
        LOG.error("DTLS keeps the old certificate: {}", e.getMessage());
      }
    });
    openUdp(
        "turn.tlsPort",
        port,
        turnDtls,
        (loop, local, shared) -> loop.openDtls(local, shared, server, gate));
  }

  private static ServerIdentity identity(Certificates of, SecureRandom random) throws IOException {
    PemKeyPair keys = of.keys();
    return new ServerIdentity(keys.chain(), keys.key(), random);
  }

  private void openIceTcp(int port) throws Exception {
    List<StreamPort> ports =
        streamPorts(
            StreamFraming.RFC_4571,
            ICE_LIMITS,
            i -> new IceTcp(hosts.get(i).demultiplexer()),
            iceStreams);
    StreamDoor door = door("tcp.icePort", port, ports, null, null);
    for (MediaHost host : hosts) {
      List<String> lines = new ArrayList<>();
      for (TransportAddress seen : host.seen()) {
        lines.add(
            IceCandidate.tcpPassive(
                    seen.withPort(door.port()), MediaHost.HIGHEST_PREFERENCE - lines.size())
                .toAttribute());
      }
      host.roomLoop().addCandidates(lines);
    }
  }

  private List<StreamPort> streamPorts(
      StreamFraming framing,
      StreamLimits limits,
      IntFunction<StreamHandler> handlers,
      StreamCounters counters)
      throws Exception {
    List<StreamPort> ports = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      MediaLoop loop = hosts.get(i).loop();
      StreamHandler handler = handlers.apply(i);
      ports.add(on(loop, () -> new StreamPort(loop, framing, limits, handler, counters)));
    }
    return ports;
  }

  private StreamDoor door(
      String key,
      int port,
      List<StreamPort> ports,
      @Nullable Certificates tls,
      @Nullable InetSocketAddress http)
      throws StartFailure {
    try {
      StreamDoor door = StreamDoor.open(addresses, port, ports, rules, tls, http);
      doors.add(door);
      return door;
    } catch (IOException e) {
      throw StartFailure.port(key, e);
    }
  }

  /**
   * What can be had of TURN.
   *
   * @param started has what holds until a restart: credentials that are out there were made for the
   *     realm, and clients of TURN take its change for a refusal
   * @param now has the limits
   */
  static TurnOptions options(RelayConfig started, RelayConfig now) {
    TurnConfig.Quotas quotas = now.turn().quotas();
    return new TurnOptions(
        started.turn().realm(),
        TurnOptions.DEFAULT.maxLifetimeSeconds(),
        TurnOptions.DEFAULT.permissions(),
        TurnOptions.DEFAULT.channels(),
        quotas.perUser(),
        quotas.perSource(),
        quotas.total(),
        quotas.bandwidth().bytes(),
        started.turn().quotas().totalBandwidth().bytes());
  }

  private SharedSecrets secrets(TurnConfig turn, SecureRandom random) {
    List<String> all = new ArrayList<>(turn.secrets());
    if (all.isEmpty() && madeSecret == null) {
      byte[] secret = new byte[33];
      random.nextBytes(secret);
      madeSecret = new String(Base64.getEncoder().encode(secret), StandardCharsets.ISO_8859_1);
    }
    if (madeSecret != null) {
      // Participants may still hold credentials made with it.
      all.add(madeSecret);
    }
    return SharedSecrets.of(all);
  }

  /** Other limits and secrets of TURN from now on. */
  void configure(RelayConfig changed, SecureRandom random) {
    if (service != null) {
      service.configure(
          options(config, changed), secrets(changed.turn(), random), tenantLimits(changed));
    }
  }

  private static Map<String, Integer> tenantLimits(RelayConfig config) {
    Map<String, Integer> most = new HashMap<>();
    config
        .tenants()
        .all()
        .forEach(
            each -> each.maxTurnAllocations().ifPresent(limit -> most.put(each.name(), limit)));
    return most;
  }

  private static List<TransportAddress> firstOfEachFamily(List<TransportAddress> all) {
    List<TransportAddress> first = new ArrayList<>();
    for (TransportAddress each : all) {
      if (first.stream().noneMatch(known -> known.isIpv4() == each.isIpv4())) {
        first.add(each.withPort(0));
      }
    }
    return first;
  }

  /** What participants are told of. */
  IceServers iceServers() {
    TurnService issuer = service;
    List<String> urls = urls();
    if (issuer == null || urls.isEmpty()) {
      return IceServers.NONE;
    }
    return session -> {
      SharedSecrets.Credential credential = issuer.credential(session);
      return List.of(new IceServers.IceServer(urls, credential.username(), credential.password()));
    };
  }

  private List<String> urls() {
    List<String> names =
        config
            .turn()
            .host()
            .map(List::of)
            .orElseGet(() ->
                firstOfEachFamily(hosts.getFirst().seen()).stream()
                    .map(
                        each -> each.isIpv4() ? each.hostAddress() : "[" + each.hostAddress() + "]")
                    .toList());
    List<String> urls = new ArrayList<>();
    for (String name : names) {
      if (!turnUdp.isEmpty()) {
        urls.add("turn:" + name + ":" + turnUdpPort() + "?transport=udp");
      }
      if (turnTcp != null) {
        urls.add("turn:" + name + ":" + turnTcp.port() + "?transport=tcp");
      }
      // A certificate names a host; nobody would accept it for an address.
      if (config.turn().host().isPresent()) {
        for (StreamDoor tls : new StreamDoor[] {turnTls, sharedTls}) {
          if (tls != null) {
            urls.add("turns:" + name + ":" + tls.port() + "?transport=tcp");
          }
        }
      }
    }
    return urls;
  }

  /** A participant has come: what they have of TURN counts for whose they are. */
  void sessionBegan(String session, String tenant) {
    if (service != null) {
      service.sessionBegan(session, tenant);
    }
  }

  /** A participant has left: the credentials end. */
  void sessionEnded(String session) {
    if (service != null) {
      service.sessionEnded(session);
    }
  }

  List<TurnLoop> turnLoops() {
    return turnLoops;
  }

  List<DatagramPort> turnUdpPorts() {
    return turnUdp;
  }

  List<DatagramPort> turnDtlsPorts() {
    return turnDtls;
  }

  StreamCounters turnStreams() {
    return turnStreams;
  }

  StreamCounters iceStreams() {
    return iceStreams;
  }

  /** The UDP port of TURN; 0 when there is none. */
  int turnUdpPort() {
    return turnUdp.isEmpty() ? 0 : turnUdp.getFirst().localAddress().port();
  }

  /** The TCP port of TURN; 0 when there is none. */
  int turnTcpPort() {
    return turnTcp == null ? 0 : turnTcp.port();
  }

  /** The TLS port of TURN; 0 when there is none. */
  int turnTlsPort() {
    return turnTls == null ? 0 : turnTls.port();
  }

  /** The port that HTTPS and TURN share; 0 when there is none. */
  int sharedTlsPort() {
    return sharedTls == null ? 0 : sharedTls.port();
  }

  /** TURN has no new allocations for strangers from now on, or has again. */
  void draining(boolean drains) {
    for (int i = 0; i < turnLoops.size(); i++) {
      TurnLoop turn = turnLoops.get(i);
      hosts.get(i).loop().execute(() -> turn.draining(drains));
    }
  }

  /** Takes nobody any more. The loops end what there is. */
  void close() {
    doors.forEach(StreamDoor::close);
  }

  private static <T> T on(MediaLoop loop, Callable<T> task) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        result.complete(task.call());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    try {
      return result.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
