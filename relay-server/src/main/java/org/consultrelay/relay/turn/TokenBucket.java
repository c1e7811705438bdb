package org.consultrelay.relay.turn;

/** Bytes that may pass in a time, with a quarter of a second's worth in one burst. One thread. */
final class TokenBucket {
  private static final long SECOND = 1_000_000_000L;
  private static final long BURST = SECOND / 4;

  private final double nanosPerByte;

  /** When the bucket will be full again. */
  private long fullAt;

  TokenBucket(long bytesPerSecond, long nowNanos) {
    this.nanosPerByte = (double) SECOND / bytesPerSecond;
    this.fullAt = nowNanos;
  }

  /** Whether so many bytes may pass now; counted when they do. */
  boolean take(int bytes, long nowNanos) {
    long from = fullAt - nowNanos < 0 ? nowNanos : fullAt;
    long after = from + (long) (bytes * nanosPerByte);
    if (from - nowNanos > BURST) {
      return false;
    }
    fullAt = after;
    return true;
  }
}
