package org.consultrelay.relay;

import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.ops.Metrics;

/** What loops hand over to each other, for the operators. */
final class HandoverMetrics {
  private HandoverMetrics() {}

  static void register(Metrics metrics, Handovers handovers) {
    metrics.counter(
        "relay_handover_packets_total",
        "Packets that one media loop gave to another, because they came in there.",
        () -> {
          long sum = 0;
          for (int loop = 0; loop < handovers.loops(); loop++) {
            sum += handovers.handedOver(loop);
          }
          return sum;
        });
    metrics.counter(
        "relay_handover_drops_total",
        "Packets that could not be handed over between media loops, by reason.",
        () -> {
          long sum = 0;
          for (int loop = 0; loop < handovers.loops(); loop++) {
            sum += handovers.full(loop);
          }
          return sum;
        },
        "reason",
        "ring_full");
    metrics.counter(
        "relay_handover_drops_total",
        "Packets that could not be handed over between media loops, by reason.",
        () -> {
          long sum = 0;
          for (int loop = 0; loop < handovers.loops(); loop++) {
            sum += handovers.withoutSlot(loop);
          }
          return sum;
        },
        "reason",
        "no_slot");
  }
}
