package org.consultrelay.relay.sfu;

/**
 * Which sizes a publisher need not send because its line does not carry them. A browser that has no
 * rate for the next larger size of a simulcast fills its line with padding to find some. On a line
 * that is narrow for good this makes sound and the small picture late and loses some of both, for a
 * size that never comes. While packets stand in a queue or are lost in numbers, and a wanted size
 * has not come for a while, that size counts as not wanted; it is asked for again from time to
 * time, later and later when that was in vain.
 *
 * <p>One track; virtual time; told of each second.
 */
final class UplinkRelief {
  /** All sizes that are wanted. */
  static final int ALL = Integer.MAX_VALUE;

  /** Less is how some lines are, however little is sent. */
  private static final double LOSS = 0.1;

  /** Of fewer packets in a second nothing can be said. */
  private static final int MIN_PACKETS = 20;

  /** Less is what delays wander anyway. */
  private static final long STANDING_NANOS = 150_000_000L;

  /** Browsers take that long to find the rate for a larger size on a line that has it. */
  private static final long GRACE_NANOS = 8_000_000_000L;

  /** So many bad seconds more than good ones are no chance. */
  private static final int STRAINED_SECONDS = 3;

  private static final long FIRST_NANOS = 60_000_000_000L;
  private static final long MOST_NANOS = 480_000_000_000L;

  /** A size that comes for so many seconds is one that the line carries. */
  private static final int LASTING_SECONDS = 10;

  private int highest = ALL;
  private int declined = ALL;
  private int wantedBefore = -1;
  private int flowingBefore = -1;
  private long graceUntil;
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

  /** The peer sends less of something else: there may be room. */
  void roomier(long nowNanos) {
    until = nowNanos;
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
    if (wanted > wantedBefore || (flowing >= 0 && flowingBefore < 0)) {
      graceUntil = nowNanos + GRACE_NANOS;
    }
    wantedBefore = wanted;
    flowingBefore = flowing;
    if (highest != ALL && wanted > highest && nowNanos - until >= 0) {
      return ask(nowNanos);
    }
    int asked = Math.min(wanted, highest);
    if (flowing < 0 || asked <= flowing) {
      strained = 0;
      return settled(flowing);
    }
    lasting = 0;
    strained = bad ? strained + 1 : Math.max(0, strained - 1);
    if (strained < STRAINED_SECONDS || nowNanos - graceUntil < 0) {
      return false;
    }
    strained = 0;
    highest = flowing;
    declined = flowing;
    until = nowNanos + patience;
    patience = Math.min(MOST_NANOS, 2 * patience);
    return true;
  }

  /** All that is asked for comes. More than was declined, for a while: then the line carries it. */
  private boolean settled(int flowing) {
    lasting = flowing >= 0 && flowing > declined ? lasting + 1 : 0;
    if (lasting < LASTING_SECONDS) {
      return false;
    }
    lasting = 0;
    declined = ALL;
    patience = FIRST_NANOS;
    boolean relieved = highest != ALL;
    highest = ALL;
    return relieved;
  }

  private boolean ask(long nowNanos) {
    highest = ALL;
    strained = 0;
    lasting = 0;
    graceUntil = nowNanos + GRACE_NANOS;
    return true;
  }
}
