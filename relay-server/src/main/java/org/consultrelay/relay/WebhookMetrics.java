package org.consultrelay.relay;

import java.util.List;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.signal.livekit.webhook.EventName;
import org.consultrelay.relay.signal.livekit.webhook.WebhookCounters;
import org.consultrelay.relay.signal.livekit.webhook.Webhooks;

/** Shows operators what becomes of webhooks. */
final class WebhookMetrics {
  private WebhookMetrics() {}

  static void register(Metrics metrics, Webhooks webhooks) {
    WebhookCounters counters = webhooks.counters();
    for (EventName name : EventName.values()) {
      for (WebhookCounters.Outcome outcome : WebhookCounters.Outcome.values()) {
        metrics.counter(
            "relay_webhooks_total",
            "Webhooks by event and what became of them, once for each receiver; retried counts"
                + " attempts.",
            () -> counters.sum(name, outcome),
            "event",
            name.text(),
            "outcome",
            Metrics.label(outcome));
      }
    }
    metrics.gauge(
        "relay_webhooks_pending",
        "Webhooks that their receivers have not taken yet.",
        webhooks::pending);
    metrics.gauge(
        "relay_webhooks_oldest_seconds",
        "How long the oldest webhook that is not delivered has been waiting.",
        () -> webhooks.oldestNanos() / 1e9);
    metrics.distribution(
        "relay_webhook_delivery_seconds",
        "From an event to its having been taken by a receiver.",
        1e9,
        List.of(counters.deliveryTimes()));
  }
}
