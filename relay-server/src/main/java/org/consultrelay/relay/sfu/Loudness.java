package org.consultrelay.relay.sfu;

/**
 * How loud a track is from one packet to the next, by the levels that its sender writes into the
 * headers (RFC 6464): up at once, down slowly, so that the pause between two words is none. Where a
 * sender sends nothing during silence (DTX) it goes down all the same. Allocates nothing.
 */
final class Loudness {
  /** The level of silence, in -dBov. */
  private static final int SILENCE = 127;

  /** How fast it goes down: 20 dB a second. */
  private static final float FALL_PER_NANO = 20 / 1e9f;

  private boolean known;
  private float decibels;
  private long heardAt;

  /** A packet came; {@code level} is 0, the loudest, to 127, silence. */
  void heard(int level, long nowNanos) {
    decibels = Math.max(SILENCE - level, at(nowNanos));
    heardAt = nowNanos;
    known = true;
  }

  /** A packet came that says nothing: nobody knows any more. */
  void unknown() {
    known = false;
  }

  /** Whether the sender says how loud it is. */
  boolean isKnown() {
    return known;
  }

  /** In decibels above silence, 0 to 127. */
  float at(long nowNanos) {
    return Math.max(0, decibels - (nowNanos - heardAt) * FALL_PER_NANO);
  }
}
