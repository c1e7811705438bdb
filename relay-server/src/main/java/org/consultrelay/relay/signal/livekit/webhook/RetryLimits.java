package org.consultrelay.relay.signal.livekit.webhook;

import java.time.Duration;

/**
 * How long to go on with what a receiver does not take.
 *
 * @param first the longest wait after the first failure; doubled with each further one
 * @param most the longest wait
 * @param maxAge an event that fails when it is older than this is given up
 */
record RetryLimits(Duration first, Duration most, Duration maxAge) {
  /** The longest wait after so many failures in a row, in nanoseconds. */
  long backOffNanos(int failures) {
    long wait = first.toNanos();
    for (int i = 1; i < failures && wait < most.toNanos(); i++) {
      wait *= 2;
    }
    return Math.min(wait, most.toNanos());
  }
}
