package org.consultrelay.relay.grafana;

import java.util.List;

/** How callers reach the relay, and why some do not. */
final class ReachBoard {
  private ReachBoard() {}

  static Board make() {
    return new Board(
        "relay-reach",
        "TURN and reachability",
        "How callers reach the relay through firewalls, and why some do not.",
        List.of(
            Panel.number(
                    "Never connected",
                    "percentunit",
                    "Of the last hour's peer connections, those for which no way was found:"
                        + " firewalls, or a wrong address in net.advertise.")
                .query(
                    "never",
                    "sum(increase(relay_joins_total{I,outcome=\"never_connected\"}[1h]))"
                        + " / sum(increase(relay_joins_total{I,outcome!=\"abandoned\"}[1h]))")
                .limits(0.005, 0.03),
            Panel.number(
                    "Not by UDP",
                    "percentunit",
                    "Of the last hour's joins, those over ICE-TCP or TURN. Rises when a site blocks"
                        + " UDP.")
                .query(
                    "not UDP",
                    "sum(increase(relay_join_seconds_count{I,transport!=\"udp\"}[1h]))"
                        + " / sum(increase(relay_join_seconds_count{I}[1h]))")
                .limits(0.4, 0.7),
            Panel.number("TURN allocations", "none", "Callers who have a TURN address now.")
                .query("allocations", "sum(relay_turn_allocations{I})"),
            Panel.number(
                    "TURN refusals", "ops", "Allocations refused for want of ports or by a quota.")
                .query(
                    "refused",
                    "sum(rate(relay_turn_allocate_requests_total{I,outcome=~"
                        + "\"no_port|no_capacity|user_quota|source_quota|tenant_quota\"}[R]))")
                .limits(0.1, 1),
            Panel.lines(
                    "Joins by transport",
                    "ops",
                    "How peers reach the relay when media begins to flow.")
                .query("{{transport}}", "sum by (transport) (rate(relay_join_seconds_count{I}[R]))")
                .stacked(),
            Panel.lines(
                    "Peer connections that end",
                    "ops",
                    "By reason. Many consent_expired at a time: a network between is gone.")
                .query("{{reason}}", "sum by (reason) (rate(relay_sessions_ended_total{I}[R]))"),
            Panel.lines(
                    "Handshakes",
                    "ops",
                    "DTLS by outcome. timeout: packets are lost; overloaded: too many at a time.")
                .query(
                    "{{outcome}}",
                    "sum by (outcome) (rate(relay_dtls_handshakes_total{I}[R])) > 0 or"
                        + " sum by (outcome)"
                        + " (rate(relay_dtls_handshakes_total{I,outcome=\"connected\"}[R]))"),
            Panel.lines(
                    "Connectivity checks",
                    "ops",
                    "By verdict. unknown_username: packets of sessions that are gone, or that came"
                        + " to the wrong relay.")
                .query("{{verdict}}", "sum by (verdict) (rate(relay_ice_checks_total{I}[R]))"),
            Panel.lines(
                    "TURN allocations by transport",
                    "none",
                    "How TURN clients reach us. TLS is what remains where only port 443 is open.")
                .query("{{transport}}", "sum by (transport) (relay_turn_allocations{I})")
                .stacked(),
            Panel.lines(
                    "TURN requests by outcome",
                    "ops",
                    "no_port: turn.relayPorts is too small or in use; quotas: one user or network"
                        + " asks for too much.")
                .query(
                    "{{outcome}}",
                    "sum by (outcome) (rate(relay_turn_allocate_requests_total{I}[R]))"),
            Panel.lines(
                    "TURN traffic",
                    "Bps",
                    "To and from peers elsewhere, and the short way to and from this relay's"
                        + " media.")
                .query("{{way}}", "sum by (way) (rate(relay_turn_bytes_total{I}[R]))"),
            Panel.lines("TURN drops", "pps", "Packets that TURN did not relay, by reason.")
                .query("{{reason}}", "sum by (reason) (rate(relay_turn_drops_total{I}[R]))"),
            Panel.lines("TCP and TLS connections", "none", "Now, for TURN and for ICE-TCP.")
                .query("{{door}}", "sum by (door) (relay_connections{I})"),
            Panel.lines(
                    "Addresses that change",
                    "ops",
                    "Callers who go on from another address (Wi-Fi to mobile), and those who fell"
                        + " silent.")
                .query("moved", "sum(rate(relay_ice_address_changes_total{I}[R]))")
                .query("silent", "sum(rate(relay_ice_consent_expired_total{I}[R]))")));
  }
}
