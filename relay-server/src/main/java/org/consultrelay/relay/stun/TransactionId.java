package org.consultrelay.relay.stun;

import java.util.random.RandomGenerator;

/**
 * The 96 bits that tie a response to its request (RFC 8489 §5).
 *
 * @param high the first 32 bits
 * @param low the last 64 bits
 */
public record TransactionId(int high, long low) {
  /** A new one. The source must be cryptographically random (RFC 8489 §5). */
  public static TransactionId random(RandomGenerator random) {
    return new TransactionId(random.nextInt(), random.nextLong());
  }
}
