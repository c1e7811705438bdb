package org.consultrelay.relay.bwe;

import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;

/**
 * One direction of a line in virtual time: a queue with tail drop before a link whose capacity
 * changes over time, then loss, propagation delay and jitter.
 */
final class BottleneckLink {
  static final long DROPPED = -1;
  private static final long MS = 1_000_000;
  private static final double SECOND = 1e9;

  /** What a line is like. */
  static final class Options {
    LongUnaryOperator capacity = nanos -> 2_000_000;
    long queueNanos = 300 * MS;
    long delayNanos = 25 * MS;
    long returnDelayNanos = 25 * MS;

    /** Each packet is later by up to so much, in any order. */
    long jitterNanos;

    /** The whole line is later by a wandering time up to that; order is kept. */
    long wanderNanos;

    double loss;

    /** Mean time between bursts in which all is lost; 0 for none. */
    long burstEveryNanos;

    long burstNanos;

    /** Mean time between stalls, in which nothing leaves the queue; 0 for none. */
    long stallEveryNanos;

    long stallNanos;
    double feedbackLoss;

    /** Nothing arrives either way between these times. */
    long outageFrom;

    long outageUntil;
  }

  private final Options options;
  private final SplittableRandom random;
  private long freeAt;
  private long nextBurst;
  private long burstUntil;
  private long nextStall;
  private long lastArrival;
  private double wander;
  private double wanderTo;
  private long wanderUntil;
  private long wanderFrom;

  BottleneckLink(Options options, SplittableRandom random) {
    this.options = options;
    this.random = random;
    nextBurst = after(0, options.burstEveryNanos);
    nextStall = after(0, options.stallEveryNanos);
  }

  private long after(long nanos, long mean) {
    return mean == 0
        ? Long.MAX_VALUE
        : nanos - (long) (mean * Math.log(1 - random.nextDouble() * 0.98));
  }

  /** How long a packet that came now would wait. */
  long queueNanos(long now) {
    return Math.max(0, freeAt - now);
  }

  /**
   * Sends a packet: when it has passed the bottleneck, or {@link #DROPPED}. Times must not fall.
   */
  long enter(int size, long now) {
    while (now >= nextStall) {
      long length = options.stallNanos / 2 + random.nextLong(options.stallNanos);
      freeAt = Math.max(freeAt, nextStall) + length;
      nextStall = after(nextStall + length, options.stallEveryNanos);
    }
    if (queueNanos(now) > options.queueNanos) {
      return DROPPED;
    }
    double bits = size * 8.0;
    long at = Math.max(now, freeAt);
    while (true) {
      // The capacity is constant within each 10 ms.
      long until = (at / (10 * MS) + 1) * 10 * MS;
      double capacity = options.capacity.applyAsLong(at);
      double passed = capacity * (until - at) / SECOND;
      if (passed >= bits) {
        freeAt = at + (long) (bits * SECOND / capacity);
        return freeAt;
      }
      bits -= passed;
      at = until;
    }
  }

  /** When a packet that passed the bottleneck then arrives, or {@link #DROPPED}. */
  long arrive(long passed) {
    if (passed >= nextBurst) {
      burstUntil = nextBurst + options.burstNanos / 2 + random.nextLong(options.burstNanos);
      nextBurst = after(burstUntil, options.burstEveryNanos);
    }
    if (out(passed) || passed < burstUntil || random.nextDouble() < options.loss) {
      return DROPPED;
    }
    long arrival = passed + options.delayNanos;
    if (options.jitterNanos > 0) {
      arrival += random.nextLong(options.jitterNanos);
    }
    if (options.wanderNanos > 0) {
      arrival = Math.max(lastArrival, arrival + wander(passed));
      lastArrival = arrival;
    }
    return arrival;
  }

  private boolean out(long at) {
    return at >= options.outageFrom && at < options.outageUntil;
  }

  private long wander(long now) {
    while (now >= wanderUntil) {
      wander = wanderTo;
      wanderTo = random.nextDouble() * random.nextDouble() * options.wanderNanos;
      wanderFrom = wanderUntil;
      wanderUntil += (20 + random.nextLong(100)) * MS;
    }
    double part = (double) (now - wanderFrom) / (wanderUntil - wanderFrom);
    return (long) (wander + part * (wanderTo - wander));
  }

  /** When feedback sent now comes back, or {@link #DROPPED}. */
  long feedback(long now) {
    return out(now) || random.nextDouble() < options.feedbackLoss
        ? DROPPED
        : now + options.returnDelayNanos;
  }
}
