package org.consultrelay.relay;

import java.util.List;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.sctp.SctpCounters;
import org.consultrelay.relay.sctp.SctpDrop;
import org.consultrelay.relay.sctp.SctpFailure;
import org.consultrelay.relay.sctp.Sending;

/** Shows the operators what data channels, and SCTP below them, count. */
final class DataChannelMetrics {
  private final Metrics metrics;
  private final List<MediaHost> hosts;

  private DataChannelMetrics(Metrics metrics, List<MediaHost> hosts) {
    this.metrics = metrics;
    this.hosts = hosts;
  }

  static void register(Metrics metrics, List<MediaHost> hosts) {
    new DataChannelMetrics(metrics, hosts).dataChannels();
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
          Metrics.label(reason));
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
          Metrics.label(reason));
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
            Metrics.label(reason));
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
}
