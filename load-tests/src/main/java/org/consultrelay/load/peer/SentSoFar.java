package org.consultrelay.load.peer;

/**
 * How many stamped packets a stream's publisher had sent by when, so that whoever plays it can tell
 * what ought to have come by now. Written and read on one loop; allocates nothing per packet.
 */
final class SentSoFar {
  /** What was sent within this time may still come, by itself or repaired. */
  static final long GRACE_NANOS = 1_000_000_000L;

  private static final long MARK_NANOS = GRACE_NANOS / 4;
  private static final int MARKS = 8;

  // The count before the packet at that time; the oldest mark is older than the grace.
  private final long[] markNanos = new long[MARKS];
  private final long[] markCount = new long[MARKS];
  private int marks;
  private long count;
  private long lastNanos;
  private long stoppedNanos = Long.MAX_VALUE;

  /** One more packet is sent. */
  void sent(long nowNanos) {
    int newest = (marks - 1) & (MARKS - 1);
    if (marks == 0 || nowNanos - markNanos[newest] >= MARK_NANOS) {
      int next = marks++ & (MARKS - 1);
      markNanos[next] = nowNanos;
      markCount[next] = count;
    }
    lastNanos = nowNanos;
    count++;
  }

  /** No more will be sent. */
  void stop(long nowNanos) {
    stoppedNanos = Math.min(stoppedNanos, nowNanos);
  }

  /** Packets so far: also the number of the next one. */
  long count() {
    return count;
  }

  /** Of those, the ones sent so long ago that they ought to have come; a few less may be told. */
  long due(long nowNanos) {
    long by = Math.min(nowNanos, stoppedNanos) - GRACE_NANOS;
    if (count == 0 || lastNanos <= by) {
      return count;
    }
    for (int i = marks - 1; i >= Math.max(0, marks - MARKS); i--) {
      int at = i & (MARKS - 1);
      if (markNanos[at] <= by) {
        return markCount[at];
      }
    }
    return 0;
  }
}
