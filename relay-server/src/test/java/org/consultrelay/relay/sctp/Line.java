package org.consultrelay.relay.sctp;

import java.util.SplittableRandom;

/**
 * How a line treats packets. Shares are 0 to 1, times in nanoseconds.
 *
 * @param loss share that is lost
 * @param duplicated share that comes twice
 * @param reordered share that takes up to {@code delay} longer
 * @param delay what every packet takes
 */
record Line(double loss, double duplicated, double reordered, long delay) {
  static final long MILLI = 1_000_000L;
  static final Line CLEAN = new Line(0, 0, 0, 20 * MILLI);

  static Line lossy(double loss) {
    return new Line(loss, 0, 0, 20 * MILLI);
  }

  /** Loss from 0 to 30 %, some reordering and doubling, 1 to 100 ms. */
  static Line random(SplittableRandom random) {
    return new Line(
        random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.3,
        random.nextInt(2) == 0 ? 0 : random.nextDouble() * 0.1,
        random.nextInt(2) == 0 ? 0 : random.nextDouble() * 0.2,
        (1 + random.nextInt(100)) * MILLI);
  }
}
