package org.consultrelay.load.profile;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How long consultations last: log-normal, as times that people take for a task mostly are, cut at
 * both ends.
 *
 * @param mean before the ends are cut
 * @param spread standard deviation of the logarithm, 0 for all alike
 * @param least no consultation is shorter
 * @param most no consultation is longer
 */
public record Lengths(Duration mean, double spread, Duration least, Duration most) {
  private static final int STEPS = 2_000;

  /** Draws one, in nanoseconds. */
  public long draw(SplittableRandom random) {
    return at(random.nextGaussian());
  }

  private long at(double deviation) {
    double nanos = mean.toNanos() * Math.exp(spread * deviation - spread * spread / 2);
    return Math.clamp((long) nanos, least.toNanos(), most.toNanos());
  }

  /** The mean of what is drawn, after the ends are cut, in nanoseconds. */
  public double meanNanos() {
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
      sum += at(quantile((i + 0.5) / STEPS));
    }
    return sum / STEPS;
  }

  /**
   * Draws what is left of a consultation that somebody happens upon: long ones are happened upon
   * more often.
   */
  long drawLeft(SplittableRandom random) {
    long length = draw(random);
    while (random.nextDouble() * most.toNanos() > length) {
      length = draw(random);
    }
    return (long) (length * random.nextDouble());
  }

  /** The normal quantile, by bisection of a numerical integral's inverse: start-up only. */
  private static double quantile(double probability) {
    double low = -8;
    double high = 8;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (cumulative(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Abramowitz and Stegun 26.2.17, good to 7.5e-8. */
  private static double cumulative(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double tail =
        density
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x >= 0 ? 1 - tail : tail;
  }
}
