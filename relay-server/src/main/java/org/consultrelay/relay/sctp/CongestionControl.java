package org.consultrelay.relay.sctp;

/** How much may be on its way (RFC 9260 §7.2). Bytes are those of chunks with their headers. */
final class CongestionControl {
  /** The longest chunk. */
  private static final int MTU = PacketWriter.MAX_CHUNK;

  private static final int INITIAL = Math.min(4 * MTU, Math.max(2 * MTU, 4_404));

  // No send buffer is as large: only keeps the number from running away.
  private static final int MAX = 16 << 20;

  private int window = INITIAL;
  private int threshold = MAX;
  private int partial;
  private boolean recovering;
  private int recoverUntil;

  /** Bytes that may be on their way. */
  int window() {
    return window;
  }

  /** Whether a loss is being repaired (RFC 9260 §7.2.4). */
  boolean isRecovering() {
    return recovering;
  }

  /**
   * Something was acknowledged.
   *
   * @param cumulativeTsn up to where all has come
   * @param advanced whether that is more than before
   * @param bytes newly acknowledged
   * @param flightBefore bytes on their way before
   * @param flightAfter bytes on their way now
   */
  void acknowledged(
      int cumulativeTsn, boolean advanced, int bytes, int flightBefore, int flightAfter) {
    if (recovering && !Serial.before(cumulativeTsn, recoverUntil)) {
      recovering = false;
    }
    boolean used = flightBefore + MTU > window;
    if (advanced && !recovering) {
      if (window <= threshold) {
        if (used) {
          window = Math.min(window + Math.min(bytes, MTU), MAX);
        }
      } else {
        partial += bytes;
        if (partial >= window && used) {
          partial -= window;
          window = Math.min(window + MTU, MAX);
        }
      }
    }
    if (flightAfter == 0) {
      partial = 0;
    }
  }

  /** Acknowledgements tell of a loss; all up to {@code highestTsn} is on its way. */
  void lost(int highestTsn) {
    if (!recovering) {
      recovering = true;
      recoverUntil = highestTsn;
      threshold = Math.max(window / 2, 4 * MTU);
      window = threshold;
      partial = 0;
    }
  }

  /** Nothing was acknowledged for a whole timeout (RFC 9260 §7.2.3). */
  void timedOut() {
    threshold = Math.max(window / 2, 4 * MTU);
    window = MTU;
    partial = 0;
    recovering = false;
  }

  /** Nothing was sent for that many timeouts (RFC 9260 §7.2.1): what we know of the path ages. */
  void idle(long timeouts) {
    for (long i = 0; i < timeouts && window > INITIAL; i++) {
      window = Math.max(window / 2, INITIAL);
    }
  }
}
