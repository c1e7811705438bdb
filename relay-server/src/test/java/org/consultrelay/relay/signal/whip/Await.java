package org.consultrelay.relay.signal.whip;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_EVERY_NANOS = 2_000_000;

  private Await() {}

  /**
   * Returns as soon as the condition is true.
   *
   * @throws AssertionError when it is not within twenty seconds
   */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
