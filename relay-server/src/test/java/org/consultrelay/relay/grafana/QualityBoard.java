package org.consultrelay.relay.grafana;

import java.util.List;

/** How calls look and sound. */
final class QualityBoard {
  private QualityBoard() {}

  static Board make() {
    return new Board(
        "relay-quality",
        "call quality",
        "How calls look and sound: lines, losses, pictures that stop or shrink.",
        List.of(
            Panel.number("Videos", "none", "Videos on their way to somebody now.")
                .query("videos", "sum(relay_videos{I})"),
            Panel.number(
                    "Stopped for want of a line",
                    "percentunit",
                    "The share of videos that are not sent because the viewer's line carries only"
                        + " sound.")
                .query(
                    "stopped",
                    "(sum(relay_video_stalls_total{I,event=\"begun\"})"
                        + " - sum(relay_video_stalls_total{I,event=\"ended\"}))"
                        + " / clamp_min(sum(relay_videos{I}), 1)")
                .limits(0.05, 0.15),
            Panel.number(
                    "Freezes a video and hour",
                    "none",
                    "Gaps of half a second and more in a video, for each hour of video shown.")
                .query(
                    "freezes",
                    "3600 * sum(rate(relay_video_freezes_total{I}[R]))"
                        + " / clamp_min(sum(relay_videos{I}), 1)")
                .limits(6, 30),
            Panel.number("Round trip, half", "s", "Half of the callers are nearer than this.")
                .query("half", Boards.quantile("0.5", "relay_round_trip_seconds"))
                .limits(0.15, 0.3),
            Panel.lines(
                    "Packets lost",
                    "percentunit",
                    "From publishers (up) and to subscribers (down), before they are sent again."
                        + " Above 5 % pictures shrink, above 15 % sound breaks.")
                .query(
                    "up",
                    "sum(rate(relay_media_lost_packets_total{I,direction=\"rx\"}[R]))"
                        + " / sum(rate(relay_media_expected_packets_total{I}[R]))")
                .query(
                    "down",
                    "sum(rate(relay_media_lost_packets_total{I,direction=\"tx\"}[R]))"
                        + " / sum(rate(relay_media_forwarded_packets_total{I}[R]))")
                .limits(0.02, 0.05),
            Panel.lines("Round trips", "s", "To callers, as RTCP measures them.")
                .query("half", Boards.quantile("0.5", "relay_round_trip_seconds"))
                .query("95 %", Boards.quantile("0.95", "relay_round_trip_seconds"))
                .limits(0.15, 0.3),
            Panel.lines(
                    "What lines carry",
                    "bps",
                    "As judged for each viewer: a tenth of the lines carries less than the lowest"
                        + " curve. 300 kb/s is the least for a picture.")
                .query("tenth", "8 * " + Boards.quantile("0.1", "relay_line_bytes_per_second"))
                .query("half", "8 * " + Boards.quantile("0.5", "relay_line_bytes_per_second")),
            Panel.lines(
                    "Pictures that grow and shrink",
                    "ops",
                    "Changes of size that viewers are sent. Many in both ways: lines that swing.")
                .query("{{way}}", "sum by (way) (rate(relay_layer_switches_total{I}[R]))"),
            Panel.lines(
                    "Videos that stop and go on",
                    "ops",
                    "Stopped because the line does not carry them, and going on.")
                .query("{{event}}", "sum by (event) (rate(relay_video_stalls_total{I}[R]))"),
            Panel.lines(
                    "Asked for again",
                    "ops",
                    "Packets that subscribers miss (rx) and that we miss of publishers (tx).")
                .query("missed {{direction}}", "sum by (direction) (rate(relay_nacks_total{I}[R]))")
                .query(
                    "key frames {{direction}}",
                    "sum by (direction) (rate(relay_key_frame_requests_total{I}[R]))"),
            Panel.lines(
                    "Sent for lines' sake",
                    "percentunit",
                    "The share of bytes that only probes lines, and of packets that are sent"
                        + " again.")
                .query(
                    "probes",
                    "sum(rate(relay_probe_bytes_total{I}[R]))"
                        + " / sum(rate(relay_bytes_total{I,direction=\"tx\"}[R]))")
                .query(
                    "again",
                    "sum(rate(relay_media_retransmitted_packets_total{I}[R]))"
                        + " / sum(rate(relay_media_forwarded_packets_total{I}[R]))")
                .limits(0.1, 0.2),
            Panel.lines(
                    "Media not forwarded",
                    "pps",
                    "Authentic packets that were of no use, by reason. Padding and duplicates are"
                        + " normal.")
                .query("{{reason}}", "sum by (reason) (rate(relay_media_drops_total{I}[R]))")));
  }
}
