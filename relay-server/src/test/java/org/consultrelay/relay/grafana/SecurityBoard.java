package org.consultrelay.relay.grafana;

import java.util.List;

/** Who tries what. */
final class SecurityBoard {
  private SecurityBoard() {}

  static Board make() {
    return new Board(
        "relay-security",
        "security",
        "Who tries what: strangers, forgeries, peers that may not be reached, tokens refused.",
        List.of(
            Panel.number(
                    "Peers denied",
                    "ops",
                    "Addresses that TURN clients named and may not reach. Somebody looks around in"
                        + " our network.")
                .query("denied", "sum(rate(relay_turn_denied_peers_total{I}[R]))")
                .limits(0.1, 1),
            Panel.number(
                    "Forged media",
                    "pps",
                    "SRTP that does not authenticate: packets put into calls, or a broken client.")
                .query(
                    "forged",
                    "sum(rate(relay_srtp_failures_total{I,reason=\"unauthenticated\"}[R]))")
                .limits(1, 50),
            Panel.number(
                    "Tokens refused",
                    "ops",
                    "Requests to join whose token is wrong or has expired.")
                .query(
                    "refused", "sum(rate(relay_signal_joins_total{I,outcome=\"unauthorized\"}[R]))")
                .limits(1, 10),
            Panel.number(
                    "Strangers unanswered",
                    "pps",
                    "STUN and TURN of strangers beyond their budget: a flood, or an attempt to"
                        + " reflect one.")
                .query(
                    "unanswered",
                    "sum(rate(relay_stun_unauthenticated_total{I,decision!=\"answer\"}[R]))"
                        + " + sum(rate(relay_turn_unanswered_total{I}[R]))")
                .limits(100, 1_000),
            Panel.lines("Peers denied, by reason", "ops", "Which addresses TURN clients named.")
                .query("{{reason}}", "sum by (reason) (rate(relay_turn_denied_peers_total{I}[R]))"),
            Panel.lines(
                    "TURN's answers to strangers",
                    "ops",
                    "401 is the first step of every client; many more than allocations is"
                        + " guessing.")
                .query("{{answer}}", "sum by (answer) (rate(relay_turn_answers_total{I}[R]))")
                .query(
                    "allocations",
                    "sum(rate(relay_turn_allocate_requests_total{I,outcome=\"allocated\"}[R]))"),
            Panel.lines(
                    "TURN's silence to strangers",
                    "pps",
                    "By reason. amplifies: the answer would be larger than the question allows.")
                .query("{{reason}}", "sum by (reason) (rate(relay_turn_unanswered_total{I}[R]))"),
            Panel.lines(
                    "STUN of strangers at the media ports",
                    "ops",
                    "Answered, or over the budget of the source or the loop.")
                .query(
                    "{{decision}}",
                    "sum by (decision) (rate(relay_stun_unauthenticated_total{I}[R]))"),
            Panel.lines("SRTP refused", "pps", "By reason. Replays: the network, or a recording.")
                .query("{{reason}}", "sum by (reason) (rate(relay_srtp_failures_total{I}[R]))"),
            Panel.lines(
                    "Datagrams of no use",
                    "pps",
                    "unknown_source: from addresses that no check has validated.")
                .query("{{reason}}", "sum by (reason) (rate(relay_transport_drops_total{I}[R]))"),
            Panel.lines(
                    "Clients cut off",
                    "ops",
                    "Signalling that was malformed, too long or too much.")
                .query("{{reason}}", "sum by (reason) (rate(relay_signal_violations_total{I}[R]))"),
            Panel.lines(
                    "TCP and TLS connections refused or ended",
                    "ops",
                    "By reason. too_many_of_source, garbage and stranger are scans and floods.")
                .query(
                    "{{reason}}", "sum by (reason) (rate(relay_connections_ended_total{I}[R]))")));
  }
}
