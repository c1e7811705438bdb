package org.consultrelay.relay.transport;

import java.util.SplittableRandom;

/** One direction of one peer's line. Counts what it did, so that tests can hold us to it. */
final class Link {
  private final SplittableRandom random;
  private Conditions conditions;
  private long burstUntil;
  private long lastArrival;

  /** Datagrams sent, lost, overtaken and doubled. */
  int sent;

  int lost;
  int reordered;
  int duplicated;

  Link(SplittableRandom random, Conditions conditions) {
    this.random = random;
    this.conditions = conditions;
  }

  Conditions conditions() {
    return conditions;
  }

  void become(Conditions other) {
    conditions = other;
    burstUntil = 0;
  }

  /** When a datagram sent now arrives; -1 when it is lost. */
  long arrival(long now) {
    sent++;
    if (now >= burstUntil && random.nextDouble() < conditions.burst()) {
      burstUntil = now + 1 + random.nextLong(2 * conditions.burstLength());
    }
    boolean isLost = now < burstUntil || random.nextDouble() < conditions.loss();
    if (isLost) {
      lost++;
      return -1;
    }
    long at = now + conditions.delay() + random.nextLong(conditions.jitter() + 1);
    if (random.nextDouble() < conditions.reordered()) {
      reordered++;
      return Math.max(at, lastArrival) + random.nextLong(conditions.reorderDelay() + 1);
    }
    lastArrival = Math.max(lastArrival, at);
    return lastArrival;
  }

  /** Whether the datagram just sent comes twice. */
  boolean doubles() {
    boolean twice = random.nextDouble() < conditions.duplicated();
    duplicated += twice ? 1 : 0;
    return twice;
  }
}
