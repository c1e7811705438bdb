package org.consultrelay.relay;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.sfu.MediaCounters;
import org.consultrelay.relay.transport.PathKind;
import org.consultrelay.relay.wire.Distribution;

/**
 * How well it goes for the people in the calls: whether and how soon they get in, when they see
 * each other, what their lines carry, and how often the picture stands still.
 */
final class QualityMetrics {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BITS_PER_BYTE = 8;

  private final Metrics metrics;
  private final List<MediaHost> hosts;

  private QualityMetrics(Metrics metrics, List<MediaHost> hosts) {
    this.metrics = metrics;
    this.hosts = hosts;
  }

  static void register(Metrics metrics, List<MediaHost> hosts, Joins joins) {
    QualityMetrics all = new QualityMetrics(metrics, hosts);
    all.joins(joins);
    all.delays();
    all.pictures();
    all.lines();
  }

  private void joins(Joins joins) {
    for (Joins.Door door : Joins.Door.values()) {
      for (PathKind path : PathKind.values()) {
        metrics.distribution(
            "relay_join_seconds",
            "From when a peer connection was opened until media could flow.",
            NANOS_PER_SECOND,
            List.of(joins.times(door, path)),
            "door",
            Metrics.label(door),
            "transport",
            Metrics.label(path));
      }
      for (Joins.Outcome outcome : Joins.Outcome.values()) {
        metrics.counter(
            "relay_joins_total",
            "Peer connections that came to carry media, or ended before they did.",
            () -> joins.outcomes(door, outcome),
            "door",
            Metrics.label(door),
            "outcome",
            Metrics.label(outcome));
      }
    }
  }

  private void delays() {
    metrics.distribution(
        "relay_forward_seconds",
        "Time that a datagram spends in the relay, at most: from when its loop began to read until"
            + " all that came of it was given to the kernel.",
        NANOS_PER_SECOND,
        hosts.stream().map(host -> host.loop().counters().handling()).toList());
    metrics.distribution(
        "relay_loop_lateness_seconds",
        "How late the ticks of media loops were.",
        NANOS_PER_SECOND,
        hosts.stream().map(host -> host.loop().counters().lateness()).toList());
    metrics.distribution(
        "relay_loop_turn_datagrams",
        "Datagrams taken from a socket at one go.",
        1,
        hosts.stream().map(host -> host.loop().counters().turnSizes()).toList());
    metrics.distribution(
        "relay_round_trip_seconds",
        "Round trips to peers, each about once a second.",
        NANOS_PER_SECOND,
        media(counters -> counters.roundTrips));
  }

  private void pictures() {
    metrics.distribution(
        "relay_first_frame_seconds",
        "From when a subscriber could first be sent packets of a video until one was sent that a"
            + " decoder can start with.",
        NANOS_PER_SECOND,
        media(counters -> counters.firstFrame));
    metrics.gauge(
        "relay_videos",
        "Videos on their way to somebody now, those that are paused or stalled too.",
        () -> Sums.ofMedia(hosts, counters -> counters.videos).getAsLong());
    String stalls = "Videos that stopped because the subscriber's line did not carry them.";
    count("relay_video_stalls_total", stalls, c -> c.stallsBegun, "event", "begun");
    count("relay_video_stalls_total", stalls, c -> c.stallsEnded, "event", "ended");
    count(
        "relay_video_freezes_total",
        "Gaps of half a second to five in the sending of a video that is no shared screen;"
            + " a camera that is switched off and on again so quickly looks the same.",
        counters -> counters.gaps);
    metrics.secondsCounter(
        "relay_video_freeze_seconds_total",
        "How long those gaps were, added up.",
        Sums.ofMedia(hosts, counters -> counters.gapNanos));
    String switches = "Times that a subscriber got a larger picture of a video, or a smaller one.";
    count("relay_layer_switches_total", switches, c -> c.switchesUp, "way", "up");
    count("relay_layer_switches_total", switches, c -> c.switchesDown, "way", "down");
  }

  private void lines() {
    metrics.distribution(
        "relay_line_bytes_per_second",
        "What subscribers' lines are judged to carry, each about once a second.",
        BITS_PER_BYTE,
        media(counters -> counters.lines));
    count(
        "relay_probe_bytes_total",
        "Bytes sent again only to see whether a line carries more.",
        counters -> counters.probeBytes);
    count(
        "relay_transport_feedback_total",
        "Transport-wide feedback received.",
        counters -> counters.feedbackReceived);
    count(
        "relay_media_expected_packets_total",
        "Packets that publishers sent, as their numbers say.",
        counters -> counters.expected);
    count(
        "relay_audio_left_out_packets_total",
        "Audio packets that a subscriber in a large room was not sent, because others were louder.",
        counters -> counters.leftOutQuiet);
    count(
        "relay_audio_loudest_changes_total",
        "Times that an audio track took the place of a quieter one on its way to a subscriber.",
        counters -> counters.loudestChanges);
    count(
        "relay_publisher_sizes_declined_total",
        "Times that a larger size counted as wanted no more, because the publisher's line stood"
            + " full or lost much and it did not come; publishers that follow dynacast are told.",
        counters -> counters.sizesDeclined);
    String lost = "Packets lost on the way from publishers (rx) and to subscribers (tx).";
    count("relay_media_lost_packets_total", lost, c -> c.lost, "direction", "rx");
    count("relay_media_lost_packets_total", lost, c -> c.reportedLost, "direction", "tx");
    count(
        "relay_retransmissions_refused_total",
        "Packets asked for again but not sent, because the subscriber asks for more than it gets.",
        counters -> counters.retransmissionsRefused);
  }

  private void count(
      String name, String help, ToLongFunction<MediaCounters> value, String... labels) {
    metrics.counter(name, help, Sums.ofMedia(hosts, value), labels);
  }

  private List<Distribution> media(Function<MediaCounters, Distribution> which) {
    return hosts.stream().map(host -> which.apply(host.demultiplexer().mediaCounters())).toList();
  }
}
