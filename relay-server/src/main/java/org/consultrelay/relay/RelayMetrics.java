package org.consultrelay.relay;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.net.DropReason;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.net.LoopCounters;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.sctp.SctpCounters;
import org.consultrelay.relay.sctp.SctpDrop;
import org.consultrelay.relay.sctp.SctpFailure;
import org.consultrelay.relay.sctp.Sending;
import org.consultrelay.relay.sfu.MediaCounters;
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
    all.dataChannels();
    all.media();
    for (MediaHost host : hosts) {
      all.loop(host);
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
          label(reason));
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
          label(failure));
    }
    for (CheckAnswer.Verdict verdict : CheckAnswer.Verdict.values()) {
      metrics.counter(
          "relay_ice_checks_total",
          "Connectivity checks received, by verdict.",
          Sums.ofTransports(hosts, counters -> counters.checks(verdict)),
          "verdict",
          label(verdict));
    }
    for (UnauthenticatedBudget.Decision decision : UnauthenticatedBudget.Decision.values()) {
      metrics.counter(
          "relay_stun_unauthenticated_total",
          "STUN requests of strangers, by decision.",
          Sums.of(hosts, host -> host.demultiplexer().plainBinding().count(decision)),
          "decision",
          label(decision));
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

  private void dataChannels() {
    sctp(
        "relay_sctp_associations_total",
        "Data channel associations that came up.",
        c -> c.established);
    for (SctpFailure reason : SctpFailure.values()) {
      metrics.counter(
          "relay_sctp_associations_failed_total",
          "Data channel associations that ended before their peer connection, by reason.",
          Sums.ofTransports(hosts, counters -> counters.sctp.failures(reason)),
          "reason",
          label(reason));
    }
    String packets = "SCTP packets.";
    sctp("relay_sctp_packets_total", packets, "rx", c -> c.packetsReceived);
    sctp("relay_sctp_packets_total", packets, "tx", c -> c.packetsSent);
    String chunks = "DATA chunks, those that came or were sent again not counted.";
    sctp("relay_sctp_data_chunks_total", chunks, "rx", c -> c.chunksReceived);
    sctp("relay_sctp_data_chunks_total", chunks, "tx", c -> c.chunksSent);
    String again = "DATA chunks that came, or were sent, again.";
    sctp("relay_sctp_repeated_chunks_total", again, "rx", c -> c.chunksDuplicate);
    sctp("relay_sctp_repeated_chunks_total", again, "tx", c -> c.chunksRetransmitted);
    sctp("relay_sctp_timeouts_total", "Retransmission timers that ran out.", c -> c.timeouts);
    sctp(
        "relay_sctp_fast_retransmissions_total",
        "Losses that acknowledgements told of.",
        c -> c.fastRetransmissions);
    for (SctpDrop reason : SctpDrop.values()) {
      metrics.counter(
          "relay_sctp_drops_total",
          "What peers sent over SCTP and was dropped, by reason.",
          Sums.ofTransports(hosts, counters -> counters.sctp.drops(reason)),
          "reason",
          label(reason));
    }
    String messages = "Messages on data channels.";
    sctp("relay_data_messages_total", messages, "rx", c -> c.messagesReceived);
    sctp("relay_data_messages_total", messages, "tx", c -> c.messagesSent);
    String bytes = "Bytes of messages on data channels.";
    sctp("relay_data_bytes_total", bytes, "rx", c -> c.bytesReceived);
    sctp("relay_data_bytes_total", bytes, "tx", c -> c.bytesSent);
    sctp(
        "relay_data_messages_abandoned_total",
        "Messages given up, as their channel's reliability says.",
        c -> c.messagesAbandoned);
    for (Sending reason : Sending.values()) {
      if (reason != Sending.ACCEPTED) {
        metrics.counter(
            "relay_data_messages_refused_total",
            "Messages that could not be taken for sending, by reason.",
            Sums.ofTransports(hosts, counters -> counters.sctp.refusals(reason)),
            "reason",
            label(reason));
      }
    }
    sctp("relay_data_channels_opened_total", "Data channels opened.", c -> c.channelsOpened);
    sctp(
        "relay_data_channels_closed_total",
        "Data channels closed while their association went on.",
        c -> c.channelsClosed);
  }

  private void sctp(String name, String help, ToLongFunction<SctpCounters> value) {
    metrics.counter(
        name, help, Sums.ofTransports(hosts, counters -> value.applyAsLong(counters.sctp)));
  }

  private void sctp(
      String name, String help, String direction, ToLongFunction<SctpCounters> value) {
    metrics.counter(
        name,
        help,
        Sums.ofTransports(hosts, counters -> value.applyAsLong(counters.sctp)),
        "direction",
        direction);
  }

  private void media() {
    media("relay_media_received_packets_total", "Media packets of publishers.", m -> m.received);
    media(
        "relay_media_forwarded_packets_total",
        "Media packets sent to subscribers, retransmissions not counted.",
        m -> m.forwarded);
    media(
        "relay_media_retransmitted_packets_total",
        "Packets sent to subscribers again.",
        m -> m.retransmitted);
    media(
        "relay_media_recovered_packets_total",
        "Packets that publishers sent again.",
        m -> m.recovered);
    media(
        "relay_retransmission_misses_total",
        "Packets asked for that were no longer kept.",
        m -> m.retransmissionMisses);
    media(
        "relay_retransmission_store_refusals_total",
        "Packets not kept for want of memory.",
        m -> m.storeRefusals);
    String nack = "Packets asked for with generic NACKs.";
    metrics.counter(
        "relay_nacks_total", nack, Sums.ofMedia(hosts, m -> m.nackReceived), "direction", "rx");
    metrics.counter(
        "relay_nacks_total", nack, Sums.ofMedia(hosts, m -> m.nackSent), "direction", "tx");
    String keyFrames = "Key frame requests (PLI and FIR).";
    metrics.counter(
        "relay_key_frame_requests_total",
        keyFrames,
        Sums.ofMedia(hosts, m -> m.keyFrameRequestsReceived),
        "direction",
        "rx");
    metrics.counter(
        "relay_key_frame_requests_total",
        keyFrames,
        Sums.ofMedia(hosts, m -> m.keyFrameRequestsSent),
        "direction",
        "tx");
    String rtcp = "RTCP packets, compounds counted once.";
    metrics.counter(
        "relay_rtcp_packets_total",
        rtcp,
        Sums.ofMedia(hosts, m -> m.rtcpReceived),
        "direction",
        "rx");
    metrics.counter(
        "relay_rtcp_packets_total", rtcp, Sums.ofMedia(hosts, m -> m.rtcpSent), "direction", "tx");
    mediaDrop("duplicate", m -> m.droppedDuplicate);
    mediaDrop("unknown_stream", m -> m.droppedUnknownStream);
    mediaDrop("payload_type", m -> m.droppedPayloadType);
    mediaDrop("padding_only", m -> m.droppedPaddingOnly);
    mediaDrop("late", m -> m.droppedLate);
    mediaDrop("rtcp_malformed", m -> m.droppedRtcp);
  }

  private void media(String name, String help, ToLongFunction<MediaCounters> value) {
    metrics.counter(name, help, Sums.ofMedia(hosts, value));
  }

  private void mediaDrop(String reason, ToLongFunction<MediaCounters> value) {
    metrics.counter(
        "relay_media_drops_total",
        "Authentic packets that were not forwarded, by reason.",
        Sums.ofMedia(hosts, value),
        "reason",
        reason);
  }

  private void loop(MediaHost host) {
    LoopCounters counters = host.loop().counters();
    String loop = Integer.toString(host.loop().index());
    metrics.secondsCounter(
        "relay_loop_busy_seconds_total",
        "Time that a media loop has worked; its rate is the busy ratio.",
        counters::busyNanos,
        "loop",
        loop);
    metrics.secondsCounter(
        "relay_loop_late_seconds_total",
        "Lateness of a media loop's ticks, added up.",
        counters::latenessSumNanos,
        "loop",
        loop);
    metrics.gauge(
        "relay_loop_lateness_max_seconds",
        "The latest that a tick of a media loop was in the last ten to twenty seconds.",
        () -> counters.latenessMaxNanos() / 1e9,
        "loop",
        loop);
    metrics.counter(
        "relay_loop_ticks_total", "Ticks of a media loop.", counters::ticks, "loop", loop);
    metrics.counter(
        "relay_loop_turns_total", "Turns of a media loop.", counters::turns, "loop", loop);
    metrics.counter(
        "relay_loop_allocated_bytes_total",
        "Heap bytes that a media loop's thread has allocated.",
        counters::allocatedBytes,
        "loop",
        loop);
    metrics.gauge(
        "relay_loop_transports",
        "Peer connections on a media loop.",
        () -> host.demultiplexer().transportCount(),
        "loop",
        loop);
    metrics.gauge(
        "relay_loop_slots_free",
        "Free packet slots of a media loop.",
        () -> host.loop().slots().available(),
        "loop",
        loop);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
