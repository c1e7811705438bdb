package org.consultrelay.relay;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.net.stream.StreamCounters;
import org.consultrelay.relay.net.stream.StreamEnd;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.transport.turn.TunnelCounters;
import org.consultrelay.relay.transport.turn.TurnLoop;
import org.consultrelay.relay.turn.PeerVerdict;
import org.consultrelay.relay.turn.TurnCounters;
import org.consultrelay.relay.turn.TurnCounters.AllocateOutcome;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnCounters.Unanswered;
import org.consultrelay.relay.turn.TurnTransport;
import org.jspecify.annotations.Nullable;

/** TURN, ICE-TCP and connections, for the operators. */
final class DoorMetrics {
  private final Metrics metrics;
  private final MediaDoors doors;

  private DoorMetrics(Metrics metrics, MediaDoors doors) {
    this.metrics = metrics;
    this.doors = doors;
  }

  static void register(Metrics metrics, MediaDoors doors, @Nullable Certificates certificates) {
    DoorMetrics all = new DoorMetrics(metrics, doors);
    if (!doors.turnLoops().isEmpty()) {
      all.allocations();
      all.relayed();
      all.strangers();
    }
    all.streams("turn", doors.turnStreams());
    all.streams("ice_tcp", doors.iceStreams());
    if (certificates != null) {
      metrics.counter(
          "relay_certificate_reloads_total",
          "New certificates found, by outcome.",
          certificates::reloads,
          "outcome",
          "taken");
      metrics.counter(
          "relay_certificate_reloads_total",
          "New certificates found, by outcome.",
          certificates::failures,
          "outcome",
          "failed");
    }
  }

  private void allocations() {
    for (TurnTransport transport : TurnTransport.values()) {
      metrics.gauge(
          "relay_turn_allocations",
          "TURN allocations now, by the client's transport.",
          () -> sum(counters -> counters.active(transport)).getAsLong(),
          "transport",
          transport.label());
      for (AllocateOutcome outcome : AllocateOutcome.values()) {
        metrics.counter(
            "relay_turn_allocate_requests_total",
            "TURN Allocate requests of known users, by the client's transport and outcome.",
            sum(counters -> counters.allocates(transport, outcome)),
            "transport",
            transport.label(),
            "outcome",
            Metrics.label(outcome));
      }
    }
    count("relay_turn_refreshes_total", "TURN allocations prolonged.", TurnCounters::refreshes);
    count(
        "relay_turn_expired_total",
        "TURN allocations whose client vanished, or whose session ended.",
        TurnCounters::expired);
    count(
        "relay_turn_permissions_total",
        "TURN permissions installed or renewed.",
        TurnCounters::permissions);
    count(
        "relay_turn_channel_binds_total",
        "TURN channels bound or renewed.",
        TurnCounters::channelBinds);
    metrics.counter(
        "relay_turn_port_failures_total",
        "Relayed ports that the system did not give.",
        Sums.of(doors.turnLoops(), TurnLoop::portFailures));
    for (PeerVerdict verdict : PeerVerdict.values()) {
      if (verdict != PeerVerdict.ALLOWED) {
        metrics.counter(
            "relay_turn_denied_peers_total",
            "Peers that TURN clients named and may not reach, by reason.",
            sum(counters -> counters.denied(verdict)),
            "reason",
            verdict.label());
      }
    }
  }

  private void relayed() {
    String packets = "Packets relayed by TURN: to and from peers, to and from this relay's media.";
    way("relay_turn_packets_total", packets, "to_peer", TurnCounters::toPeerPackets);
    way("relay_turn_packets_total", packets, "from_peer", TurnCounters::toClientPackets);
    way("relay_turn_packets_total", packets, "to_media", TurnCounters::toMediaPackets);
    way("relay_turn_packets_total", packets, "from_media", TurnCounters::fromMediaPackets);
    String bytes = "Bytes of data relayed by TURN, without its framing.";
    way("relay_turn_bytes_total", bytes, "to_peer", TurnCounters::toPeerBytes);
    way("relay_turn_bytes_total", bytes, "from_peer", TurnCounters::toClientBytes);
    way("relay_turn_bytes_total", bytes, "to_media", TurnCounters::toMediaBytes);
    way("relay_turn_bytes_total", bytes, "from_media", TurnCounters::fromMediaBytes);
    count(
        "relay_turn_icmp_total",
        "ICMP messages about packets for peers that TURN clients were told of.",
        TurnCounters::icmp);
    for (Drop reason : Drop.values()) {
      metrics.counter(
          "relay_turn_drops_total",
          "Packets that TURN did not relay, by reason.",
          sum(counters -> counters.drops(reason)),
          "reason",
          Metrics.label(reason));
    }
    udp("relay_turn_udp_packets_total", "Datagrams through TURN's UDP port.", doors.turnUdpPorts());
    if (!doors.turnDtlsPorts().isEmpty()) {
      udp(
          "relay_turn_dtls_packets_total",
          "Datagrams through TURN's DTLS port.",
          doors.turnDtlsPorts());
      tunnels();
    }
  }

  private void udp(String name, String help, List<DatagramPort> ports) {
    metrics.counter(
        name, help, Sums.ofPorts(ports, PortCounters::receivedPackets), "direction", "rx");
    metrics.counter(name, help, Sums.ofPorts(ports, PortCounters::sentPackets), "direction", "tx");
  }

  private void tunnels() {
    String help =
        "What became of ClientHellos and handshakes at TURN's DTLS port, and of what came without.";
    tunnel(help, "greeted", TunnelCounters::greeted);
    tunnel(help, "unanswered", TunnelCounters::unanswered);
    tunnel(help, "too_many", TunnelCounters::refused);
    tunnel(help, "connected", TunnelCounters::connected);
    tunnel(help, "failed", TunnelCounters::failed);
    tunnel(help, "stray", TunnelCounters::strays);
    metrics.counter(
        "relay_turn_dtls_drops_total",
        "Packets of DTLS clients for which there was no memory, or that no record holds.",
        tunnelSum(TunnelCounters::dropped));
  }

  private void tunnel(String help, String outcome, ToLongFunction<TunnelCounters> value) {
    metrics.counter("relay_turn_dtls_handshakes_total", help, tunnelSum(value), "outcome", outcome);
  }

  private LongSupplier tunnelSum(ToLongFunction<TunnelCounters> value) {
    return Sums.of(doors.turnLoops(), loop -> value.applyAsLong(loop.tunnels()));
  }

  private void strangers() {
    String help = "Requests of strangers that TURN answered, by answer.";
    answered(help, "binding", TurnCounters::bindings);
    answered(help, "401", TurnCounters::challenged);
    answered(help, "438", TurnCounters::staleNonces);
    answered(help, "400", TurnCounters::badRequests);
    for (Unanswered reason : Unanswered.values()) {
      metrics.counter(
          "relay_turn_unanswered_total",
          "Messages of strangers that TURN did not answer, by reason.",
          sum(counters -> counters.unanswered(reason)),
          "reason",
          Metrics.label(reason));
    }
  }

  private void answered(String help, String answer, ToLongFunction<TurnCounters> value) {
    metrics.counter("relay_turn_answers_total", help, sum(value), "answer", answer);
  }

  private void streams(String door, StreamCounters counters) {
    metrics.gauge(
        "relay_connections", "TCP and TLS connections now.", counters::active, "door", door);
    metrics.counter(
        "relay_connections_accepted_total",
        "TCP and TLS connections that carried something.",
        counters::accepted,
        "door",
        door);
    for (StreamEnd reason : StreamEnd.values()) {
      metrics.counter(
          "relay_connections_ended_total",
          "TCP and TLS connections that ended or were refused, by reason.",
          () -> counters.ends(reason),
          "door",
          door,
          "reason",
          reason.label());
    }
    String packets = "Packets through TCP and TLS connections.";
    direction("relay_connection_packets_total", packets, door, "rx", counters::receivedPackets);
    direction("relay_connection_packets_total", packets, door, "tx", counters::sentPackets);
    String bytes = "Bytes of packets through TCP and TLS connections.";
    direction("relay_connection_bytes_total", bytes, door, "rx", counters::receivedBytes);
    direction("relay_connection_bytes_total", bytes, door, "tx", counters::sentBytes);
    metrics.counter(
        "relay_connection_drops_total",
        "Packets of TCP and TLS connections that were dropped, by reason.",
        counters::dropped,
        "door",
        door,
        "reason",
        "slow_reader");
    metrics.counter(
        "relay_connection_drops_total",
        "Packets of TCP and TLS connections that were dropped, by reason.",
        counters::noSlot,
        "door",
        door,
        "reason",
        "no_slot");
  }

  private void direction(
      String name, String help, String door, String direction, LongSupplier value) {
    metrics.counter(name, help, value, "door", door, "direction", direction);
  }

  private void way(String name, String help, String way, ToLongFunction<TurnCounters> value) {
    metrics.counter(name, help, sum(value), "way", way);
  }

  private void count(String name, String help, ToLongFunction<TurnCounters> value) {
    metrics.counter(name, help, sum(value));
  }

  private LongSupplier sum(ToLongFunction<TurnCounters> value) {
    return Sums.of(doors.turnLoops(), loop -> value.applyAsLong(loop.counters()));
  }
}
