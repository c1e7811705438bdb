package org.consultrelay.relay;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.signal.livekit.DataCounters;
import org.consultrelay.relay.signal.livekit.LiveKitSessions;
import org.consultrelay.relay.signal.livekit.SignalCounters;
import org.consultrelay.relay.signal.livekit.service.ServerApi;
import org.consultrelay.relay.signal.livekit.service.ServerApiCounters;

/**
 * Shows operators what is counted at the doors of the LiveKit client protocol and of the server
 * API.
 */
final class SignalMetrics {
  private final Metrics metrics;

  private SignalMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  static void register(Metrics metrics, LiveKitSessions sessions) {
    SignalMetrics all = new SignalMetrics(metrics);
    all.signalling(sessions.counters());
    all.data(sessions.data());
  }

  static void register(Metrics metrics, ServerApi api) {
    ServerApiCounters counters = api.counters();
    for (String method : counters.methods()) {
      for (ServerApiCounters.Outcome outcome : ServerApiCounters.Outcome.values()) {
        metrics.counter(
            "relay_server_api_requests_total",
            "Requests to the server API, by method and what came of them.",
            () -> counters.requests(method, outcome),
            "method",
            method,
            "outcome",
            Metrics.label(outcome));
      }
    }
  }

  private void signalling(SignalCounters counters) {
    for (SignalCounters.Join outcome : SignalCounters.Join.values()) {
      metrics.counter(
          "relay_signal_joins_total",
          "Requests to join over the LiveKit client protocol, by outcome.",
          () -> counters.joins(outcome),
          "outcome",
          Metrics.label(outcome));
    }
    for (SignalCounters.Violation violation : SignalCounters.Violation.values()) {
      metrics.counter(
          "relay_signal_violations_total",
          "Sessions that the relay ended for what the client sent.",
          () -> counters.violations(violation),
          "reason",
          Metrics.label(violation));
    }
    for (SignalCounters.Backup outcome : SignalCounters.Backup.values()) {
      metrics.counter(
          "relay_backup_codecs_total",
          "Second codecs of videos: needed by a subscriber who cannot decode the first (asked),"
              + " sent by the publisher (added), waited for in vain (missing).",
          () -> counters.backups(outcome),
          "outcome",
          Metrics.label(outcome));
    }
    for (String type : SignalCounters.requestTypes()) {
      messages(type, "rx", () -> counters.received(type));
    }
    for (String type : SignalCounters.responseTypes()) {
      messages(type, "tx", () -> counters.sent(type));
    }
    sockets("slow", counters::slowSockets);
    sockets("silent", counters::deadSockets);
  }

  private void messages(String type, String direction, LongSupplier value) {
    metrics.counter(
        "relay_signal_messages_total",
        "Messages of the LiveKit client protocol.",
        value,
        "type",
        type.toLowerCase(Locale.ROOT),
        "direction",
        direction);
  }

  private void sockets(String reason, LongSupplier value) {
    metrics.counter(
        "relay_signal_sockets_closed_total",
        "WebSockets that the relay closed; their sessions may be resumed.",
        value,
        "reason",
        reason);
  }

  private void data(DataCounters counters) {
    packets("received", counters::received);
    packets("delivered", counters::delivered);
    packets("replayed", counters::replayed);
    packets("malformed", counters::malformed);
    packets("not_allowed", counters::notAllowed);
    packets("not_forwarded", counters::notForwarded);
    packets("repeated", counters::repeated);
    packets("overflowed", counters::overflowed);
  }

  private void packets(String outcome, LongSupplier value) {
    metrics.counter(
        "relay_data_packets_total",
        "Packets of data between participants, by what became of them.",
        value,
        "outcome",
        outcome);
  }
}
