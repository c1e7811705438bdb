package org.consultrelay.relay.signal.livekit.webhook;

import java.util.concurrent.atomic.LongAdder;
import org.consultrelay.relay.wire.Distribution;

/** What became of events, each counted once for every receiver. Thread-safe. */
public final class WebhookCounters {
  /** What became of an event, or of an attempt to deliver it. */
  public enum Outcome {
    /** The receiver has taken it. */
    DELIVERED,
    /** An attempt failed, and there will be another. */
    RETRIED,
    /** It was given up, or could not be kept: the receiver will never know. */
    DEAD
  }

  private static final double[] BOUNDS = {
    25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000, 300_000, 3_600_000, 86_400_000
  };

  private final LongAdder[][] counts =
      new LongAdder[EventName.values().length][Outcome.values().length];
  private final Distribution deliveryTimes = Distribution.ofMillis(BOUNDS);

  WebhookCounters() {
    for (LongAdder[] each : counts) {
      for (int i = 0; i < each.length; i++) {
        each[i] = new LongAdder();
      }
    }
  }

  void count(EventName name, Outcome outcome) {
    counts[name.ordinal()][outcome.ordinal()].increment();
  }

  synchronized void delivered(EventName name, long afterNanos) {
    count(name, Outcome.DELIVERED);
    deliveryTimes.add(afterNanos);
  }

  /** How often so far. */
  public long sum(EventName name, Outcome outcome) {
    return counts[name.ordinal()][outcome.ordinal()].sum();
  }

  /** From what happened to its having been taken, in nanoseconds. */
  public Distribution deliveryTimes() {
    return deliveryTimes;
  }
}
