package org.consultrelay.relay.ice;

import java.time.Duration;

/**
 * How long an agent waits, in nanoseconds, each more than zero.
 *
 * @param connect from start or restart to the first nominated pair; then the agent has failed
 * @param disconnected without a check on the selected pair; then the agent says so, and goes on
 * @param consent without a check on a pair; then nothing is sent there any more (RFC 7675 §5.1)
 */
public record IceTimeouts(long connect, long disconnected, long consent) {
  /**
   * 30 s, 15 s and RFC 7675's 30 s. Fifteen, because a peer may leave six seconds between checks
   * (RFC 7675 §5.1), and one lost check is no news.
   */
  public static final IceTimeouts DEFAULT =
      of(Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(30));

  /** Checks that there is sense in them. */
  public IceTimeouts {
    if (connect <= 0 || disconnected <= 0 || consent < disconnected) {
      throw new IllegalArgumentException("timeouts must be positive, consent >= disconnected");
    }
  }

  /** From durations. */
  public static IceTimeouts of(Duration connect, Duration disconnected, Duration consent) {
    return new IceTimeouts(connect.toNanos(), disconnected.toNanos(), consent.toNanos());
  }
}
