package org.consultrelay.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.config.TurnConfig;
import org.consultrelay.relay.ice.IceCandidate;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.net.stream.StreamCounters;
import org.consultrelay.relay.net.stream.StreamDoor;
import org.consultrelay.relay.net.stream.StreamFraming;
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
import org.consultrelay.relay.turn.TurnService;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

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

  private final RelayConfig config;
  private final List<MediaHost> hosts;
  private final List<InetAddress> addresses;
  private final List<TurnLoop> turnLoops = new ArrayList<>();
  private final TurnDatagrams datagrams;
  private final StreamDoors streams;
  private final TurnSettings settings;
  private final StreamCounters turnStreams = new StreamCounters();
  private final StreamCounters iceStreams = new StreamCounters();
  private final @Nullable Certificates certificates;
  private final Executor handshakes;
  private List<StreamPort> turnPorts = List.of();
  private @Nullable TurnService service;
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
    this.settings = new TurnSettings(config);
    this.hosts = hosts;
    this.addresses = addresses;
    this.certificates = certificates;
    this.handshakes = handshakes;
    this.datagrams = new TurnDatagrams(hosts, addresses, turnLoops);
    this.streams = new StreamDoors(config.tcp(), hosts, addresses, handshakes);
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
            TurnSettings.options(config, config),
            settings.secrets(turn, random),
            nonceKey,
            new PortPool(turn.relayPorts().first(), turn.relayPorts().last(), random),
            seen,
            InstantSource.system());
    settings.apply(made, config, random);
    service = made;
    MediaAddresses media =
        new MediaAddresses(hosts.stream().map(MediaHost::seen).toList(), config.net().onePort());
    Set<InetAddress> own = new LinkedHashSet<>(addresses);
    hosts.forEach(host -> host.seen().forEach(each -> own.add(each.toInetAddress())));
    PeerRules peers = PeerRules.of(turn.allowPeers(), turn.denyPeers()).withOwn(own);
    for (MediaHost host : hosts) {
      long key = random.nextLong();
      turnLoops.add(
          host.call(() ->
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
      datagrams.openUdp(turn.udpPort().getAsInt());
    }
    List<StreamPort> ports =
        streams.ports(StreamFraming.STUN, TURN_LIMITS, turnLoops::get, turnStreams);
    if (turn.tcpPort().isPresent()) {
      turnTcp = streams.open("turn.tcpPort", turn.tcpPort().getAsInt(), ports, null, null);
    }
    if (certificates != null && turn.tlsPort().isPresent()) {
      turnTls = streams.open("turn.tlsPort", turn.tlsPort().getAsInt(), ports, certificates, null);
      datagrams.openDtls(certificates, turnTls.port(), streams.gate(), handshakes, random);
    }
    turnPorts = ports;
  }

  /** Opens the port that HTTPS and TURN share, when it is configured. */
  void openShared(InetSocketAddress http) throws Exception {
    if (certificates == null || config.tcp().tlsPort().isEmpty()) {
      return;
    }
    List<StreamPort> ports = turnPorts;
    if (ports.isEmpty()) {
      ports = streams.ports(StreamFraming.STUN, TURN_LIMITS, _ -> new Nobody(), turnStreams);
    }
    sharedTls =
        streams.open("tcp.tlsPort", config.tcp().tlsPort().getAsInt(), ports, certificates, http);
  }

  private void openIceTcp(int port) throws Exception {
    List<StreamPort> ports =
        streams.ports(
            StreamFraming.RFC_4571,
            ICE_LIMITS,
            i -> new IceTcp(hosts.get(i).demultiplexer()),
            iceStreams);
    StreamDoor door = streams.open("tcp.icePort", port, ports, null, null);
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

  /** Other limits and secrets of TURN from now on. */
  void configure(RelayConfig changed, SecureRandom random) {
    if (service != null) {
      settings.apply(service, changed, random);
    }
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
      if (!datagrams.udp().isEmpty()) {
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
    return datagrams.udp();
  }

  List<DatagramPort> turnDtlsPorts() {
    return datagrams.dtls();
  }

  StreamCounters turnStreams() {
    return turnStreams;
  }

  StreamCounters iceStreams() {
    return iceStreams;
  }

  /** The UDP port of TURN; 0 when there is none. */
  int turnUdpPort() {
    return datagrams.udp().isEmpty() ? 0 : datagrams.udp().getFirst().localAddress().port();
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
    streams.close();
  }
}
