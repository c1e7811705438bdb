package org.consultrelay.relay;

import java.util.function.IntToLongFunction;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.ops.Metrics;

/** What loops hand over to each other, for the operators. */
final class HandoverMetrics {
  private HandoverMetrics() {}

  static void register(Metrics metrics, Handovers handovers) {
    metrics.counter(
        "relay_handover_packets_total",
        "Packets that one media loop gave to another, because they came in there.",
        Sums.of(handovers.loops(), handovers::handedOver));
    drops(metrics, handovers, "ring_full", handovers::full);
    drops(metrics, handovers, "no_slot", handovers::withoutSlot);
    drops(metrics, handovers, "too_long", handovers::tooLong);
  }

  private static void drops(
      Metrics metrics, Handovers handovers, String reason, IntToLongFunction count) {
    metrics.counter(
        "relay_handover_drops_total",
        "Packets that could not be handed over between media loops, by reason.",
        Sums.of(handovers.loops(), count),
        "reason",
        reason);
  }
}
