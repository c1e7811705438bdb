package org.consultrelay.relay.grafana;

import java.util.List;

/** Whether callers are well: the first to open. */
final class OverviewBoard {
  private OverviewBoard() {}

  static Board make() {
    return new Board(
        "relay-overview",
        "overview and service levels",
        "Are people getting in, do they see each other, is the relay well? Start here.",
        List.of(
            Panel.number(
                    "Relays that answer",
                    "none",
                    "Relays whose metrics could be read. Fewer than you run: see RelayDown.")
                .query("relays", "count(relay_build_info{I})")
                .limits(1, 0.5),
            Panel.number("People in calls", "none", "Participants in rooms now, on all relays.")
                .query("people", "sum(relay_participants{I})")
                .next("relay-surge"),
            Panel.number(
                    "Joins that succeed",
                    "percentunit",
                    "Of the peer connections of the last hour that were not given up by the caller,"
                        + " the share that came to carry media. Target 99.5 %.")
                .query(
                    "success",
                    "sum(increase(relay_joins_total{I,outcome=\"connected\"}[1h]))"
                        + " / sum(increase(relay_joins_total{I,outcome!=\"abandoned\"}[1h]))")
                .limits(0.995, 0.97)
                .next("relay-reach"),
            Panel.number(
                    "Joins within 3 s",
                    "percentunit",
                    "Of the joins of the last hour, the share that took less than three seconds."
                        + " Target 95 %.")
                .query(
                    "within 3 s",
                    "sum(increase(relay_join_seconds_bucket{I,le=\"3.0\"}[1h]))"
                        + " / sum(increase(relay_join_seconds_count{I}[1h]))")
                .limits(0.95, 0.8)
                .next("relay-reach"),
            Panel.number(
                    "Pictures that stand still",
                    "percentunit",
                    "Of the time that videos are shown, the share in which nothing was sent for"
                        + " half a second or more. Target below 1 %.")
                .query(
                    "frozen",
                    "sum(increase(relay_video_freeze_seconds_total{I}[10m]))"
                        + " / clamp_min(600 * sum(avg_over_time(relay_videos{I}[10m])), 1)")
                .limits(0.01, 0.03)
                .next("relay-quality"),
            Panel.lines(
                    "Join success by door",
                    "percentunit",
                    "LiveKit clients (livekit), WHIP publishers and WHEP players. A door that fails"
                        + " alone is a client's or a version's trouble, all together the"
                        + " network's.")
                .query(
                    "{{door}}",
                    "sum by (door) (rate(relay_joins_total{I,outcome=\"connected\"}[5m])) / "
                        + "(sum by (door) (rate(relay_joins_total{I,outcome!=\"abandoned\"}[5m]))"
                        + " > 0)")
                .limits(0.995, 0.97)
                .to(1)
                .next("relay-reach"),
            Panel.lines(
                    "Time to join",
                    "s",
                    "From when a peer connection is opened until media can flow, by how the peer"
                        + " reaches the relay. Includes the caller's own network and browser.")
                .query(
                    "{{transport}} half", Boards.recent("0.5", "relay_join_seconds", ", transport"))
                .query(
                    "{{transport}} 95 %",
                    Boards.recent("0.95", "relay_join_seconds", ", transport"))
                .limits(3, 5)
                .next("relay-reach"),
            Panel.lines(
                    "Time to the first picture",
                    "s",
                    "From when a viewer could be sent a video until the first frame that a decoder"
                        + " can start with: the wait for a key frame.")
                .query("half", Boards.recent("0.5", "relay_first_frame_seconds", ""))
                .query("95 %", Boards.recent("0.95", "relay_first_frame_seconds", ""))
                .limits(1, 2)
                .next("relay-quality"),
            Panel.lines(
                    "Time in the relay",
                    "s",
                    "How long a packet stays in the relay, at most. Above a few milliseconds the"
                        + " loops are too busy or the machine is shared.")
                .query("half", Boards.quantile("0.5", "relay_forward_seconds"))
                .query("99 %", Boards.quantile("0.99", "relay_forward_seconds"))
                .query("99.9 %", Boards.quantile("0.999", "relay_forward_seconds"))
                .limits(0.005, 0.02)
                .next("relay-loops"),
            Panel.lines(
                    "Packets lost",
                    "percentunit",
                    "On the way from publishers (up) and to subscribers (down), before they are"
                        + " sent again. Lines of callers lose some; all at once is our network.")
                .query(
                    "up",
                    "sum(rate(relay_media_lost_packets_total{I,direction=\"rx\"}[R]))"
                        + " / sum(rate(relay_media_expected_packets_total{I}[R]))")
                .query(
                    "down",
                    "sum(rate(relay_media_lost_packets_total{I,direction=\"tx\"}[R]))"
                        + " / sum(rate(relay_media_forwarded_packets_total{I}[R]))")
                .limits(0.02, 0.05)
                .next("relay-quality"),
            Panel.lines("Rooms and people", "none", "Now, on all relays chosen.")
                .query("rooms", "sum(relay_rooms{I})")
                .query("people", "sum(relay_participants{I})")
                .next("relay-surge")));
  }
}
