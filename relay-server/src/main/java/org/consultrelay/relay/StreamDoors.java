package org.consultrelay.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.consultrelay.relay.config.TcpConfig;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.net.stream.ConnectionGate;
import org.consultrelay.relay.net.stream.StreamCounters;
import org.consultrelay.relay.net.stream.StreamDoor;
import org.consultrelay.relay.net.stream.StreamFraming;
import org.consultrelay.relay.net.stream.StreamHandler;
import org.consultrelay.relay.net.stream.StreamLimits;
import org.consultrelay.relay.net.stream.StreamPort;
import org.jspecify.annotations.Nullable;

/** The TCP and TLS ports to media: together they have so many connections and no more. */
final class StreamDoors {
  private final List<MediaHost> hosts;
  private final List<InetAddress> addresses;
  private final List<StreamDoor> doors = new ArrayList<>();
  private final ConnectionGate gate;
  private final StreamDoor.Rules rules;

  /**
   * None yet.
   *
   * @param addresses where each is opened
   * @param handshakes runs what TLS handshakes have to compute
   */
  StreamDoors(
      TcpConfig config, List<MediaHost> hosts, List<InetAddress> addresses, Executor handshakes) {
    this.hosts = hosts;
    this.addresses = addresses;
    this.gate = new ConnectionGate(config.connectionsPerSource(), config.maxConnections());
    this.rules =
        new StreamDoor.Rules(gate, config.proxies(), handshakes, StreamDoor.Rules.PATIENCE);
  }

  /** Bounds connections. */
  ConnectionGate gate() {
    return gate;
  }

  /** What connections are handed to, one for each loop. */
  List<StreamPort> ports(
      StreamFraming framing,
      StreamLimits limits,
      IntFunction<StreamHandler> handlers,
      StreamCounters counters)
      throws Exception {
    List<StreamPort> ports = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      MediaLoop loop = hosts.get(i).loop();
      StreamHandler handler = handlers.apply(i);
      ports.add(hosts.get(i).call(() -> new StreamPort(loop, framing, limits, handler, counters)));
    }
    return ports;
  }

  /**
   * Opens one.
   *
   * @param key of the setting that says the port
   * @param tls for TLS; null for TCP
   * @param http where connections go that are HTTP; null when there are none
   * @throws StartFailure when the port cannot be had
   */
  StreamDoor open(
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

  /** Takes nobody any more. */
  void close() {
    doors.forEach(StreamDoor::close);
  }
}
