package org.consultrelay.relay.bwe;

import java.util.Arrays;

/** What happened in a simulated call, in tenths of a second. */
final class Recording {
  static final long STEP = 100_000_000;

  final Scenario scenario;
  final double[] capacity;
  final double[] target;
  final double[] throughput;
  final double[] queueMs;
  private final long[] waits = new long[1 << 20];
  private int packets;
  private double pacerMs;

  Recording(Scenario scenario) {
    this.scenario = scenario;
    int steps = (int) (scenario.lengthNanos() / STEP);
    capacity = new double[steps];
    target = new double[steps];
    throughput = new double[steps];
    queueMs = new double[steps];
    for (int i = 0; i < steps; i++) {
      capacity[i] = scenario.available(i * STEP);
    }
  }

  void sample(long now, long targetBits, long queueNanos, long pacedNanos) {
    int step = (int) (now / STEP);
    target[step] += targetBits / 100.0;
    queueMs[step] = Math.max(queueMs[step], queueNanos / 1e6);
    pacerMs = Math.max(pacerMs, pacedNanos / 1e6);
  }

  void passed(int size, long now, long passed) {
    int step = (int) (passed / STEP);
    if (step < throughput.length) {
      throughput[step] += size * 8 * 1e9 / STEP;
    }
    waits[packets++] = passed - now;
  }

  /** The share of the capacity that was used, between two times in seconds. */
  double utilisation(double from, double to) {
    double used = 0;
    double there = 0;
    for (int i = (int) (from * 10); i < (int) (to * 10); i++) {
      used += throughput[i];
      there += capacity[i];
    }
    return used / there;
  }

  /** The least share in any five seconds between two times. */
  double leastUtilisation(double from, double to) {
    double least = 1;
    for (double at = from; at + 5 <= to; at += 0.5) {
      least = Math.min(least, utilisation(at, at + 5));
    }
    return least;
  }

  /** How long all packets of the call waited for the link, all through it, in ms. */
  double waitMs(double quantile) {
    long[] sorted = Arrays.copyOf(waits, packets);
    Arrays.sort(sorted);
    return sorted[(int) (quantile * (packets - 1))] / 1e6;
  }

  /** The longest that the pacer had queued, in ms. */
  double pacerMs() {
    return pacerMs;
  }

  /** The mean target between two times in seconds, in bits per second. */
  double meanTarget(double from, double to) {
    return Arrays.stream(target, (int) (from * 10), (int) (to * 10)).average().orElseThrow();
  }

  /** Seconds from that time until throughput over half a second is the share of capacity. */
  double secondsUntil(double share, double from) {
    for (double at = from; at + 0.5 < scenario.lengthNanos() / 1e9; at += 0.1) {
      if (utilisation(at, at + 0.5) >= share) {
        return at + 0.5 - from;
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
