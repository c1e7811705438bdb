package org.consultrelay.relay.net.stream;

import java.time.Duration;

/**
 * How long a connection may keep us waiting, in nanoseconds, each more than zero.
 *
 * @param idle without a byte from there
 * @param packet from a packet's first byte to its last
 * @param proof until {@link StreamConnection#proven()}; {@link Long#MAX_VALUE}: for ever
 * @param stalled without reading what waits for it
 */
public record StreamLimits(long idle, long packet, long proof, long stalled) {
  /** A packet takes 10 s at most, and nobody leaves unread for longer than 30 s what is sent. */
  public static final StreamLimits DEFAULT =
      new StreamLimits(
          Duration.ofMinutes(1).toNanos(),
          Duration.ofSeconds(10).toNanos(),
          Long.MAX_VALUE,
          Duration.ofSeconds(30).toNanos());

  /** Checks that there is sense in them. */
  public StreamLimits {
    if (idle <= 0 || packet <= 0 || proof <= 0 || stalled <= 0) {
      throw new IllegalArgumentException("a limit that nobody can keep");
    }
  }

  /** The same with another {@link #idle}. */
  public StreamLimits withIdle(Duration limit) {
    return new StreamLimits(limit.toNanos(), packet, proof, stalled);
  }

  /** The same with another {@link #packet}. */
  public StreamLimits withPacket(Duration limit) {
    return new StreamLimits(idle, limit.toNanos(), proof, stalled);
  }

  /** The same with another {@link #proof}. */
  public StreamLimits withProof(Duration limit) {
    return new StreamLimits(idle, packet, limit.toNanos(), stalled);
  }

  /** The same with another {@link #stalled}. */
  public StreamLimits withStalled(Duration limit) {
    return new StreamLimits(idle, packet, proof, limit.toNanos());
  }
}
