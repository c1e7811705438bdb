package org.consultrelay.relay.sfu;

/**
 * Which sizes a publisher need not send because its line does not carry them. A browser that has no
 * rate for the next larger size of a simulcast fills its line with padding to find some. On a line
 * that is narrow for good this makes sound and the small picture late and loses some of both, for a
 * size that never comes. While packets are lost or stand in a queue, and a wanted size does not
 * come, that size counts as not wanted; it is asked for again from time to time, later and later
 * when that was in vain.
 *
 * <p>One track; virtual time; told of each second.
 */
final class UplinkRelief {
  /** All sizes that are wanted. */
  static final int ALL = Integer.MAX_VALUE;

  /** Less loss is chance. */
  private static final double LOSS = 0.02;

  /** Of fewer packets in a second nothing can be said. */
  private static final int MIN_PACKETS = 20;

  /** So many bad seconds more than good ones are no chance. */
  private static final int STRAINED_SECONDS = 3;

  /** Less is what delays wander anyway. */
  private static final long STANDING_NANOS = 150_000_000L;

  private static final long FIRST_NANOS = 60_000_000_000L;
  private static final long MOST_NANOS = 480_000_000_000L;

  /** A size that comes for so many seconds is one that the line carries. */
  private static final int LASTING_SECONDS = 10;

  private int highest = ALL;
  private int strained;
  private int lasting;
  private long patience = FIRST_NANOS;
  private long until;

  /** The largest size that may be asked for, 0 for the smallest, or {@link #ALL}. */
  int highest() {
    return highest;
  }

  /**
   * Whether a second was one in which a line carried too much.
   *
   * @param expected packets of the peer, of all its tracks, that ought to have come
   * @param lost how many of them have not
   * @param standingNanos how long what comes has stood in a queue
   */
  static boolean isBad(long expected, long lost, long standingNanos) {
    return standingNanos > STANDING_NANOS || (expected >= MIN_PACKETS && lost > LOSS * expected);
  }

  /**
   * A second is over.
   *
   * @param wanted the largest size that somebody wants, -1 for none
   * @param flowing the largest that comes, -1 for none
   * @param bad see {@link #isBad}
   * @return whether {@link #highest()} is another one now
   */
  boolean second(int wanted, int flowing, boolean bad, long nowNanos) {
    if (highest != ALL) {
      return wanted > highest && nowNanos - until >= 0 && ask();
    }
    if (wanted <= flowing || flowing < 0) {
      strained = 0;
      if (wanted == flowing && ++lasting == LASTING_SECONDS) {
        patience = FIRST_NANOS;
      }
      return false;
    }
    lasting = 0;
    strained = bad ? strained + 1 : Math.max(0, strained - 1);
    if (strained < STRAINED_SECONDS) {
      return false;
    }
    highest = flowing;
    until = nowNanos + patience;
    patience = Math.min(MOST_NANOS, 2 * patience);
    return true;
  }

  private boolean ask() {
    highest = ALL;
    strained = 0;
    lasting = 0;
    return true;
  }
}
