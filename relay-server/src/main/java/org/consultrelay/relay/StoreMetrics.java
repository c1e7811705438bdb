package org.consultrelay.relay;

import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.store.Store;

/** Shows operators whether what should outlive the relay does. */
final class StoreMetrics {
  private StoreMetrics() {}

  static void register(Metrics metrics, Store store) {
    metrics.gauge(
        "relay_store_healthy",
        "1 while store.file can be written or is not set; 0 while what it should keep is only in"
            + " memory and ends with the process.",
        () -> store.problem().isPresent() ? 0 : 1);
    metrics.counter(
        "relay_store_failures_total",
        "Attempts to write store.file that failed; nothing is lost by them while the process"
            + " goes on.",
        store::failures);
  }
}
