package org.consultrelay.relay.rtp;

/**
 * The value of the abs-send-time extension: seconds in 6 bits and their fraction in 18, of any
 * clock that runs evenly; it wraps every 64 s.
 */
public final class AbsSendTime {
  private static final long SECOND = 1_000_000_000L;

  private AbsSendTime() {}

  /** The 24 bits for a time in nanoseconds. */
  public static int ofNanos(long nanos) {
    long seconds = Math.floorDiv(nanos, SECOND);
    long rest = nanos - seconds * SECOND;
    return (int) ((seconds & 0x3F) << 18 | (rest << 18) / SECOND);
  }

  /** Nanoseconds from {@code earlier} to {@code later}, at most 32 s either way. */
  public static long betweenNanos(int earlier, int later) {
    int ticks = (later - earlier) << 8 >> 8;
    return (ticks * SECOND) >> 18;
  }
}
