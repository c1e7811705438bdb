package org.consultrelay.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.dtls.ServerIdentity;
import org.consultrelay.relay.dtls.TunnelServer;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.net.stream.ConnectionGate;
import org.consultrelay.relay.net.stream.PemKeyPair;
import org.consultrelay.relay.transport.turn.TurnLoop;
import org.consultrelay.relay.wire.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The UDP ports of TURN, in the clear and by DTLS. */
final class TurnDatagrams {
  /** A handshake of a client that goes on takes a few round trips, even by satellite. */
  private static final DtlsLimits DTLS_LIMITS =
      new DtlsLimits(Duration.ofSeconds(15), Duration.ofSeconds(2), Duration.ofMillis(500));

  private static final int DTLS_HANDSHAKES = 200;

  private static final Logger LOG = LoggerFactory.getLogger(TurnDatagrams.class);

  private final List<MediaHost> hosts;
  private final List<InetAddress> addresses;
  private final List<TurnLoop> loops;
  private final List<DatagramPort> udp = new ArrayList<>();
  private final List<DatagramPort> dtls = new ArrayList<>();

  /**
   * None yet.
   *
   * @param addresses where each is opened
   * @param loops those of the hosts, in their order, before the first is opened
   */
  TurnDatagrams(List<MediaHost> hosts, List<InetAddress> addresses, List<TurnLoop> loops) {
    this.hosts = hosts;
    this.addresses = addresses;
    this.loops = loops;
  }

  /** Opens one UDP port of a loop. */
  private interface PortOfLoop {
    DatagramPort open(TurnLoop loop, TransportAddress local, boolean shared) throws IOException;
  }

  /** Opens the port without DTLS, 0 for any free one. */
  void openUdp(int port) throws Exception {
    open("turn.udpPort", port, udp, TurnLoop::openUdp);
  }

  /** DTLS has the number of TLS (RFC 7065 §3.2): who knows one URL knows the other. */
  void openDtls(
      Certificates of, int port, ConnectionGate gate, Executor handshakes, SecureRandom random)
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
    open(
        "turn.tlsPort",
        port,
        dtls,
        (loop, local, shared) -> loop.openDtls(local, shared, server, gate));
  }

  private static ServerIdentity identity(Certificates of, SecureRandom random) throws IOException {
    PemKeyPair keys = of.keys();
    return new ServerIdentity(keys.chain(), keys.key(), random);
  }

  private void open(String key, int port, List<DatagramPort> into, PortOfLoop opener)
      throws Exception {
    int number = port;
    for (InetAddress address : addresses) {
      for (int i = 0; i < hosts.size(); i++) {
        MediaLoop loop = hosts.get(i).loop();
        boolean shared = hosts.size() > 1 && loop.ports().getFirst().io().equals("epoll");
        TurnLoop turn = loops.get(i);
        TransportAddress local = TransportAddress.of(address, number);
        DatagramPort opened;
        try {
          opened = hosts.get(i).call(() -> opener.open(turn, local, shared));
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

  /** The ports without DTLS; none when there is no such port. */
  List<DatagramPort> udp() {
    return udp;
  }

  /** The ports with DTLS; none when there is no such port. */
  List<DatagramPort> dtls() {
    return dtls;
  }
}
