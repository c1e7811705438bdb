package org.consultrelay.relay.grafana;

import java.util.List;

/** Whether there is room for those who come next. */
final class SurgeBoard {
  private SurgeBoard() {}

  static Board make() {
    return new Board(
        "relay-surge",
        "surge and capacity",
        "How fast people come, how much room is left, and who is turned away.",
        List.of(
            Panel.number(
                    "Room left",
                    "percentunit",
                    "The smallest share of people that may still come to any relay, as configured.")
                .query("left", "min(1 - relay_participants{I} / relay_participants_limit{I})")
                .limits(0.3, 0.15),
            Panel.number(
                    "Busiest loop",
                    "percentunit",
                    "How much of its time the busiest media loop works. Above 70 % delays grow.")
                .query("busy", "max(rate(relay_loop_busy_seconds_total{I}[R]))")
                .limits(0.6, 0.8)
                .next("relay-loops"),
            Panel.number("Joins a second", "ops", "People who join, on all relays chosen.")
                .query("joins", "sum(rate(relay_participants_joined_total{I}[R]))"),
            Panel.number(
                    "Turned away",
                    "ops",
                    "Requests to join refused because the room or the relay is full.")
                .query("full", "sum(rate(relay_signal_joins_total{I,outcome=\"full\"}[R]))")
                .limits(0.001, 0.1),
            Panel.number(
                    "People in half an hour",
                    "none",
                    "Where the last quarter of an hour leads if it goes on like that.")
                .query(
                    "people",
                    "sum(clamp_min(predict_linear(relay_participants{I}[15m], 1800), 0))"),
            Panel.lines(
                    "Coming",
                    "ops",
                    "People who join and rooms that open. Appointments begin on the hour and every"
                        + " ten minutes: peaks there are normal.")
                .query("people", "sum(rate(relay_participants_joined_total{I}[R]))")
                .query("rooms", "sum(rate(relay_rooms_opened_total{I}[R]))"),
            Panel.lines(
                    "People by relay",
                    "none",
                    "Against what each may take. Uneven means that new rooms are not spread.")
                .query("{{instance}}", "relay_participants{I}")
                .query("least limit", "min(relay_participants_limit{I})"),
            Panel.lines(
                    "Peer connections and rooms",
                    "none",
                    "Peer connections (legs) are what costs; most people have two.")
                .query("legs", "sum(relay_legs{I})")
                .query("rooms", "sum(relay_rooms{I})"),
            Panel.lines(
                    "Consultations and waiting rooms",
                    "none",
                    "Of the consult service. Many who wait while few consultations run: clinicians"
                        + " are missing, or cannot reach the relay.")
                .query("people waiting", "sum(relay_consult_waiting{I})")
                .query("{{state}}", "sum by (state) (relay_consult_consultations{I})"),
            Panel.lines(
                    "Requests to join by outcome",
                    "ops",
                    "Of LiveKit clients. Many resumed ones at a time: connections broke together.")
                .query("{{outcome}}", "sum by (outcome) (rate(relay_signal_joins_total{I}[R]))")
                .stacked(),
            Panel.lines(
                    "Handshakes going on",
                    "none",
                    "DTLS handshakes at this moment: the most costly part of a join. When they pile"
                        + " up, so do waiting callers.")
                .query("{{instance}}", "relay_dtls_handshakes_active{I}")
                .limits(500, 2_000),
            Panel.lines(
                    "Traffic",
                    "Bps",
                    "Bytes through the media sockets. Compare with what the network card and the"
                        + " provider give.")
                .query("{{direction}}", "sum by (direction) (rate(relay_bytes_total{I}[R]))")));
  }
}
