package org.consultrelay.relay.ops;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * One thing that must be well for the relay to be.
 *
 * @param name a word or two for people and alerts
 * @param problem empty when it is well, or else one line that says what is not; called on a worker
 *     thread, returns soon
 */
public record HealthCheck(String name, Supplier<Optional<String>> problem) {
  /** Asks now. A check that throws is not well. */
  Optional<String> ask() {
    try {
      return problem.get();
    } catch (RuntimeException e) {
      return Optional.of("the check itself failed: " + e);
    }
  }
}
