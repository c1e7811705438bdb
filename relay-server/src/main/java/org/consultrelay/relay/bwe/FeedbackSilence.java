package org.consultrelay.relay.bwe;

/** Notices that a receiver has fallen silent although there would be something to tell. */
final class FeedbackSilence {
  private static final long PATIENCE_NANOS = 500_000_000;
  private static final long NEVER = Long.MAX_VALUE;

  private boolean anyFeedback;
  private long since = NEVER;
  private double before;

  /** Whether there is nothing that could be spoken of, so that {@link #sent} is to be told. */
  boolean waitsForPackets() {
    return since == NEVER;
  }

  /** A packet left, the first that could be spoken of. */
  void sent(long nowNanos) {
    since = nowNanos;
  }

  /** Whether there has ever been feedback: until then there is no silence. */
  boolean anyFeedback() {
    return anyFeedback;
  }

  /**
   * Feedback came.
   *
   * @param more whether there are packets of which nothing has been said
   * @return the rate before silence lowered it, in bits per second; 0: it did not
   */
  double heard(boolean more, long nowNanos) {
    anyFeedback = true;
    since = more ? nowNanos : NEVER;
    double rate = before;
    before = 0;
    return rate;
  }

  /** When the silence is too long; {@link Long#MAX_VALUE} for never. */
  long deadline(long roundTripNanos) {
    return anyFeedback && since != NEVER ? since + patience(roundTripNanos) : NEVER;
  }

  private static long patience(long roundTripNanos) {
    return PATIENCE_NANOS + 2 * roundTripNanos;
  }

  /**
   * Whether the silence is too long now; it is counted anew then.
   *
   * @param rate what may be sent, in bits per second
   * @param lastSent when the last packet left
   */
  boolean isTooLong(double rate, long lastSent, long roundTripNanos, long nowNanos) {
    if (!anyFeedback || since == NEVER || nowNanos - since < patience(roundTripNanos)) {
      return false;
    }
    if (lastSent - since <= 0) {
      // Nothing was sent that could be spoken of.
      since = NEVER;
      return false;
    }
    if (before == 0) {
      before = rate;
    }
    since = nowNanos;
    return true;
  }
}
