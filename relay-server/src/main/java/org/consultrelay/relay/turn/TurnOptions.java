package org.consultrelay.relay.turn;

/**
 * Limits of the TURN server.
 *
 * @param realm what clients hash their password with
 * @param maxLifetimeSeconds the longest an allocation may ask for at once; 600 is what it gets when
 *     it asks for nothing (RFC 8656 §3.2)
 * @param permissions most permissions of one allocation
 * @param channels most channels of one allocation
 * @param perUser most allocations of one user
 * @param perSource most allocations from one host (IPv6: one /64)
 * @param total most allocations in all
 * @param bytesPerSecond of one allocation, in each direction
 * @param totalBytesPerSecond of all allocations of a loop, in each direction
 */
public record TurnOptions(
    String realm,
    int maxLifetimeSeconds,
    int permissions,
    int channels,
    int perUser,
    int perSource,
    int total,
    long bytesPerSecond,
    long totalBytesPerSecond) {
  /** The lifetime of an allocation that asks for none, and the shortest (RFC 8656 §7.2). */
  public static final int DEFAULT_LIFETIME_SECONDS = 600;

  /** The defaults. */
  public static final TurnOptions DEFAULT =
      new TurnOptions("relay", 3_600, 64, 64, 16, 2_000, 20_000, 2 << 20, 1L << 30);

  /** Checks the numbers. */
  public TurnOptions {
    if (realm.isEmpty()
        || maxLifetimeSeconds < DEFAULT_LIFETIME_SECONDS
        || Math.min(Math.min(permissions, channels), Math.min(perUser, perSource)) < 1
        || total < 1
        || Math.min(bytesPerSecond, totalBytesPerSecond) < 1) {
      throw new IllegalArgumentException("a limit below its least");
    }
  }
}
