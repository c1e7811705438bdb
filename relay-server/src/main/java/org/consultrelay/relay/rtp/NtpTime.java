package org.consultrelay.relay.rtp;

/**
 * NTP timestamps as RTCP uses them (RFC 3550 §4): seconds since 1900 in the high 32 bits, their
 * fraction in the low 32; and round trips from the "middle" 32 bits (§6.4.1).
 */
public final class NtpTime {
  private static final long EPOCH_SECONDS = 2_208_988_800L;
  private static final long SECOND = 1_000_000_000L;

  private NtpTime() {}

  /** The timestamp of a wall-clock time in nanoseconds since 1970. */
  public static long ofEpochNanos(long epochNanos) {
    long seconds = Math.floorDiv(epochNanos, SECOND);
    long rest = epochNanos - seconds * SECOND;
    return (seconds + EPOCH_SECONDS) << 32 | (rest << 32) / SECOND;
  }

  /**
   * Wall-clock nanoseconds since 1970; a timestamp before 1968 is taken as after 2036 (RFC 5905).
   */
  public static long toEpochNanos(long ntp) {
    long seconds = ntp >>> 32;
    if (ntp >= 0) {
      seconds += 1L << 32;
    }
    return (seconds - EPOCH_SECONDS) * SECOND + (((ntp & 0xFFFF_FFFFL) * SECOND) >>> 32);
  }

  /** The middle 32 bits: 16 of seconds, 16 of fraction. */
  public static int middle(long ntp) {
    return (int) (ntp >>> 16);
  }

  /** A delay in units of 1/65,536 s for the DLSR field; at most its 32 bits. */
  public static long delay(long nanos) {
    if (nanos <= 0) {
      return 0;
    }
    long seconds = nanos / SECOND;
    long units = (seconds << 16) + (((nanos - seconds * SECOND) << 16) / SECOND);
    return Math.min(units, 0xFFFF_FFFFL);
  }

  /**
   * The round trip from a report block (RFC 3550 §6.4.1).
   *
   * @param now middle bits of the time when the report came
   * @param last the LSR or LRR field; 0 says that the peer had no report to refer to
   * @param delay the DLSR field
   * @return nanoseconds, 0 or more; -1 when unknown
   */
  public static long roundTripNanos(int now, int last, int delay) {
    if (last == 0) {
      return -1;
    }
    // Clocks that step can make it negative; that is a short round trip, not a very long one.
    int units = Math.max(0, now - delay - last);
    return (units * SECOND) >> 16;
  }
}
