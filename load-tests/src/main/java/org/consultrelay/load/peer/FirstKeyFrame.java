package org.consultrelay.load.peer;

/**
 * Finds out when all packets of a first key frame have come, in whatever order: one of them may
 * have had to be sent again. Looks at the newest few frames. Allocates nothing per packet.
 */
final class FirstKeyFrame {
  private static final int FRAMES = 8;
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final int[] timestamps = new int[FRAMES];
  private final long[] first = new long[FRAMES];
  private final long[] last = new long[FRAMES];
  private final int[] count = new int[FRAMES];
  private int used;
  private int next;

  /**
   * Takes a packet that has not come before.
   *
   * @param begins whether a key frame begins with it
   * @param marker whether it is its frame's last
   * @return whether with it a key frame is complete
   */
  boolean completes(int timestamp, long extended, boolean begins, boolean marker) {
    int at = find(timestamp);
    count[at]++;
    if (begins && (first[at] == UNKNOWN || extended < first[at])) {
      // In H.264 both the parameter sets and the picture after them look like the begin.
      first[at] = extended;
    }
    if (marker) {
      last[at] = extended;
    }
    return first[at] != UNKNOWN && last[at] != UNKNOWN && count[at] == last[at] - first[at] + 1;
  }

  private int find(int timestamp) {
    for (int i = 0; i < used; i++) {
      if (timestamps[i] == timestamp) {
        return i;
      }
    }
    int at = next;
    next = (next + 1) % FRAMES;
    used = Math.max(used, at + 1);
    timestamps[at] = timestamp;
    first[at] = UNKNOWN;
    last[at] = UNKNOWN;
    count[at] = 0;
    return at;
  }
}
