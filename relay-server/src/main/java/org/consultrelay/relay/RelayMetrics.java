package org.consultrelay.relay;

import java.util.List;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.net.DropReason;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.livekit.LiveKitSessions;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.transport.TransportCounters;
import org.consultrelay.relay.transport.TransportEnd;

/** Shows the operators what the relay counts. Everything is read at scrape; loops only count. */
final class RelayMetrics {
  private final Metrics metrics;
  private final List<MediaHost> hosts;

  private RelayMetrics(Metrics metrics, List<MediaHost> hosts) {
    this.metrics = metrics;
    this.hosts = hosts;
  }

  static void register(
      Metrics metrics,
      List<MediaHost> hosts,
      Handovers handovers,
      Rooms rooms,
      SessionLog sessions,
      HandshakeGate gate,
      LiveKitSessions livekit) {
    RelayMetrics all = new RelayMetrics(metrics, hosts);
    all.rooms(rooms, sessions);
    all.sockets();
    SignalMetrics.register(metrics, livekit);
    HandoverMetrics.register(metrics, handovers);
    QualityMetrics.register(metrics, hosts, sessions.joins());
    CapacityMetrics.register(metrics, hosts, rooms);
    all.transports(gate);
    DataChannelMetrics.register(metrics, hosts);
    MediaMetrics.register(metrics, hosts);
    for (MediaHost host : hosts) {
      LoopMetrics.register(metrics, host);
    }
  }

  private void rooms(Rooms rooms, SessionLog sessions) {
    metrics.gauge("relay_rooms", "Rooms that exist now.", rooms::roomCount);
    metrics.gauge("relay_participants", "Participants in rooms now.", rooms::participantCount);
    metrics.counter("relay_rooms_opened_total", "Rooms that have appeared.", sessions::roomsOpened);
    metrics.counter(
        "relay_participants_joined_total",
        "Participants who have joined.",
        sessions::participantsJoined);
    metrics.counter(
        "relay_sessions_opened_total", "Peer connections set up.", sessions::sessionsOpened);
    metrics.counter(
        "relay_sessions_connected_total",
        "Peer connections that came to carry media.",
        sessions::sessionsConnected);
    metrics.distribution(
        "relay_session_score",
        "What people would say of peer connections that are over, from 1, bad, to 5, excellent, by"
            + " loss and round trip; those without media are not counted.",
        SessionLog.SCORE_PARTS,
        List.of(sessions.scores()));
    for (TransportEnd reason : TransportEnd.values()) {
      metrics.counter(
          "relay_sessions_ended_total",
          "Peer connections that are over, by reason.",
          () -> sessions.sessionsEnded(reason),
          "reason",
          Metrics.label(reason));
    }
  }

  private void sockets() {
    port(
        "relay_packets_total",
        "Datagrams through the media sockets.",
        "rx",
        PortCounters::receivedPackets);
    port(
        "relay_packets_total",
        "Datagrams through the media sockets.",
        "tx",
        PortCounters::sentPackets);
    port(
        "relay_bytes_total",
        "Bytes of datagrams through the media sockets.",
        "rx",
        PortCounters::receivedBytes);
    port(
        "relay_bytes_total",
        "Bytes of datagrams through the media sockets.",
        "tx",
        PortCounters::sentBytes);
    port(
        "relay_socket_calls_total",
        "System calls of the media sockets.",
        "rx",
        PortCounters::receiveCalls);
    port(
        "relay_socket_calls_total",
        "System calls of the media sockets.",
        "tx",
        PortCounters::sendCalls);
    metrics.counter(
        "relay_segmented_packets_total",
        "Datagrams that left within a segmented message (GSO).",
        Sums.ofHostPorts(hosts, PortCounters::sentRunSegments));
    for (DropReason reason : DropReason.values()) {
      metrics.counter(
          "relay_socket_drops_total",
          "Datagrams dropped between a socket and the relay, by reason.",
          Sums.ofHostPorts(hosts, counters -> counters.drops(reason)),
          "reason",
          reason.label());
    }
  }

  private void port(
      String name, String help, String direction, ToLongFunction<PortCounters> value) {
    metrics.counter(name, help, Sums.ofHostPorts(hosts, value), "direction", direction);
  }

  private void transports(HandshakeGate gate) {
    metrics.gauge("relay_dtls_handshakes_active", "DTLS handshakes going on now.", gate::active);
    metrics.counter(
        "relay_dtls_handshakes_total",
        "DTLS handshakes that ended, by outcome.",
        Sums.ofTransports(hosts, counters -> counters.dtls.connected),
        "outcome",
        "connected");
    for (DtlsFailure failure : DtlsFailure.values()) {
      metrics.counter(
          "relay_dtls_handshakes_total",
          "DTLS handshakes that ended, by outcome.",
          Sums.ofTransports(hosts, counters -> counters.dtls.failures(failure)),
          "outcome",
          Metrics.label(failure));
    }
    for (CheckAnswer.Verdict verdict : CheckAnswer.Verdict.values()) {
      metrics.counter(
          "relay_ice_checks_total",
          "Connectivity checks received, by verdict.",
          Sums.ofTransports(hosts, counters -> counters.checks(verdict)),
          "verdict",
          Metrics.label(verdict));
    }
    for (UnauthenticatedBudget.Decision decision : UnauthenticatedBudget.Decision.values()) {
      metrics.counter(
          "relay_stun_unauthenticated_total",
          "STUN requests of strangers, by decision.",
          Sums.of(hosts, host -> host.demultiplexer().plainBinding().count(decision)),
          "decision",
          Metrics.label(decision));
    }
    metrics.counter(
        "relay_ice_address_changes_total",
        "Times a peer went on from another address.",
        Sums.ofTransports(hosts, counters -> counters.addressChanges));
    metrics.counter(
        "relay_ice_consent_expired_total",
        "Peers that fell silent.",
        Sums.ofTransports(hosts, counters -> counters.consentExpired));
    dropped("unknown_source", counters -> counters.unknownSource);
    dropped("unknown_protocol", counters -> counters.unknownProtocol);
    dropped("stun_malformed", counters -> counters.stunMalformed);
    dropped("not_keyed", counters -> counters.notKeyed);
    dropped("rtp_malformed", counters -> counters.rtpMalformed);
    dropped("sctp_unexpected", counters -> counters.sctpUnexpected);
    srtp("unauthenticated", counters -> counters.srtpUnauthenticated);
    srtp("replayed", counters -> counters.srtpReplayed);
    srtp("malformed", counters -> counters.srtpMalformed);
    srtp("too_many_streams", counters -> counters.srtpTooManyStreams);
  }

  private void dropped(String reason, ToLongFunction<TransportCounters> value) {
    metrics.counter(
        "relay_transport_drops_total",
        "Datagrams that belong to no connection or are of no use to it, by reason.",
        Sums.ofTransports(hosts, value),
        "reason",
        reason);
  }

  private void srtp(String reason, ToLongFunction<TransportCounters> value) {
    metrics.counter(
        "relay_srtp_failures_total",
        "SRTP and SRTCP packets refused, by reason.",
        Sums.ofTransports(hosts, value),
        "reason",
        reason);
  }
}
