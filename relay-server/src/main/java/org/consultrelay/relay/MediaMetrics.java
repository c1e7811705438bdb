package org.consultrelay.relay;

import java.util.List;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.sfu.MediaCounters;

/** Shows the operators what is counted of media that is forwarded, and of its feedback. */
final class MediaMetrics {
  private final Metrics metrics;
  private final List<MediaHost> hosts;

  private MediaMetrics(Metrics metrics, List<MediaHost> hosts) {
    this.metrics = metrics;
    this.hosts = hosts;
  }

  static void register(Metrics metrics, List<MediaHost> hosts) {
    new MediaMetrics(metrics, hosts).media();
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
}
