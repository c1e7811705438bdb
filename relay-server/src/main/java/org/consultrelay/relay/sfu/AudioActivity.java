package org.consultrelay.relay.sfu;

/**
 * How loud a track was lately, from the levels that its sender writes into the packets (RFC 6464):
 * nothing is decoded, so it works for encrypted audio too. Allocates nothing per packet.
 */
public final class AudioActivity {
  /** A packet is counted as speech when it is at least as loud as that, in -dBov. */
  static final int THRESHOLD = 35;

  /** Somebody speaks when that share of a window is speech. */
  private static final double SHARE = 0.4;

  /** What packets last that follow on silence: 20 ms, the usual, in ticks of 48 kHz. */
  private static final int USUAL_TICKS = 960;

  /** The longest that a packet of Opus lasts (RFC 7587 §4.2): 120 ms, in ticks of 48 kHz. */
  private static final int MOST_TICKS = 5_760;

  private static final double TICKS_PER_NANO = 48_000 / 1e9;

  private int lastTimestamp;
  private boolean started;
  private long activeTicks;
  private long levelTicks;
  private float smoothed;

  /** A packet came; {@code level} is 0, the loudest, to 127, silence. */
  void observe(int level, int timestamp) {
    int ticks = timestamp - lastTimestamp;
    if (started && ticks <= 0) {
      // Late or doubled: its time has been counted.
      return;
    }
    if (!started || ticks > MOST_TICKS) {
      ticks = USUAL_TICKS;
    }
    started = true;
    lastTimestamp = timestamp;
    if (level <= THRESHOLD) {
      activeTicks += ticks;
      levelTicks += (long) level * ticks;
    }
  }

  /**
   * Ends a window and begins the next.
   *
   * @param windowNanos how long it was
   * @return the level over the last windows, 0 to 1 in steps of an eighth; 0 when there is no
   *     speech
   */
  public float take(long windowNanos) {
    float now = 0;
    if (activeTicks > 0 && activeTicks >= SHARE * windowNanos * TICKS_PER_NANO) {
      double decibels = (double) levelTicks / activeTicks;
      now = (float) Math.pow(10, -decibels / 20);
    }
    activeTicks = 0;
    levelTicks = 0;
    // Over two windows, so that a pause for breath is none; silence is silence at once when long.
    smoothed = smoothed == 0 ? now : (smoothed + now) / 2;
    if (now == 0 && smoothed < 1f / 64) {
      smoothed = 0;
    }
    return (float) Math.ceil(smoothed * 8) / 8;
  }
}
