package org.consultrelay.relay.sfu;

/** How many bits a second of a stream come in, by temporal layer. One thread; allocates nothing. */
final class LayerRate {
  /** The most temporal layers that are told apart; those above count as the last. */
  static final int TEMPORAL = 4;

  private static final long WINDOW_NANOS = 500_000_000L;

  private final long[] bytes = new long[TEMPORAL];
  private final double[] bitsPerSecond = new double[TEMPORAL];
  private long windowStart = Long.MIN_VALUE;
  private int temporalLayers = 1;
  private boolean measured;

  /** A packet of a temporal layer has come, 0 where there are none. */
  void add(int temporal, int length, long nowNanos) {
    if (windowStart == Long.MIN_VALUE) {
      windowStart = nowNanos;
    } else if (nowNanos - windowStart >= WINDOW_NANOS) {
      roll(nowNanos);
    }
    int at = Math.min(temporal, TEMPORAL - 1);
    temporalLayers = Math.max(temporalLayers, at + 1);
    bytes[at] += length;
  }

  private void roll(long nowNanos) {
    double seconds = (nowNanos - windowStart) / 1e9;
    // A stream that was paused for long begins anew.
    boolean fresh = !measured || seconds > 4 * WINDOW_NANOS / 1e9;
    for (int i = 0; i < TEMPORAL; i++) {
      double now = bytes[i] * 8 / seconds;
      // Up at once, down slowly: what came in a second ago can come again.
      bitsPerSecond[i] =
          fresh || now > bitsPerSecond[i] ? now : bitsPerSecond[i] + (now - bitsPerSecond[i]) / 4;
      bytes[i] = 0;
    }
    measured = true;
    windowStart = nowNanos;
  }

  /** How many temporal layers have been seen. */
  int temporalLayers() {
    return temporalLayers;
  }

  /** Bits a second up to and with that temporal layer; 0 while nothing is known. */
  long bitsPerSecond(int temporal) {
    double sum = 0;
    for (int i = 0; i <= Math.min(temporal, TEMPORAL - 1); i++) {
      sum += bitsPerSecond[i];
    }
    return (long) sum;
  }
}
