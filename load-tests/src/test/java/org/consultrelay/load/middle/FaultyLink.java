package org.consultrelay.load.middle;

import java.util.SplittableRandom;

/**
 * One direction's faults and what became of it. Pure: says what to do with a datagram. Counters may
 * be read by others when the link's thread has stopped, or a moment later.
 */
final class FaultyLink {
  /** How often a datagram goes on. */
  enum Fate {
    PASS,
    DROP,
    TWICE,
    ALTER
  }

  private final Faults faults;
  private final SplittableRandom random;
  private final long[] passed = new long[128];
  private final long[] dropped = new long[128];
  private final long[] duplicated = new long[128];
  private final long[] altered = new long[128];
  private final long[] marked = new long[128];
  private final boolean[] muted = new boolean[128];

  FaultyLink(Faults faults, long seed) {
    this.faults = faults;
    this.random = new SplittableRandom(seed);
  }

  /** The fate of a datagram that begins with these two bytes. */
  synchronized Fate fate(int first, int second) {
    boolean rtp = first >= 128 && first <= 191 && (second < 192 || second > 223);
    if (!rtp) {
      return Fate.PASS;
    }
    int payloadType = second & 0x7F;
    marked[payloadType] += second >> 7;
    double dice = random.nextDouble();
    if (muted[payloadType] || dice < faults.loss()) {
      dropped[payloadType]++;
      return Fate.DROP;
    }
    passed[payloadType]++;
    dice -= faults.loss();
    if (dice < faults.duplication()) {
      duplicated[payloadType]++;
      return Fate.TWICE;
    }
    dice -= faults.duplication();
    if (dice < faults.corruption()) {
      altered[payloadType]++;
      return Fate.ALTER;
    }
    return Fate.PASS;
  }

  /** From now on RTP packets of that payload type vanish. */
  synchronized void mute(int payloadType) {
    muted[payloadType] = true;
  }

  long delayNanos() {
    return faults.delayNanos();
  }

  /** RTP packets of a payload type that went on, each counted once. */
  synchronized long passed(int payloadType) {
    return passed[payloadType];
  }

  /** RTP packets of a payload type that vanished. */
  synchronized long dropped(int payloadType) {
    return dropped[payloadType];
  }

  /** RTP packets of a payload type that came with the marker. */
  synchronized long marked(int payloadType) {
    return marked[payloadType];
  }

  /** RTP packets of all payload types that went on twice. */
  synchronized long duplicated() {
    return sum(duplicated);
  }

  /** RTP packets of all payload types that were altered. */
  synchronized long altered() {
    return sum(altered);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
