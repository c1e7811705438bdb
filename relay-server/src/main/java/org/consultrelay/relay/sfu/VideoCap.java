package org.consultrelay.relay.sfu;

import java.util.concurrent.TimeUnit;

/**
 * The most that any subscriber of one loop gets of any video, however good its line: when the loop
 * has more to do than it can, pictures are made smaller everywhere before packets are lost blindly.
 * One level down is first a smaller size, then the smallest, then its lowest frame rate, then no
 * video. Audio is never touched.
 *
 * <p>It goes down a level soon and up a level late, and later each time that going up did not last,
 * or it would swing: what was taken away is what made room. One thread, virtual time; other threads
 * may read the level and the count, and see what was true a moment ago.
 */
public final class VideoCap {
  /** How far video is cut down. */
  public enum Level {
    /** All that lines carry. */
    NONE,
    /** The largest size is left out. */
    SMALLER,
    /** The smallest size. */
    SMALLEST,
    /** The smallest size at the lowest frame rate. */
    SLOWEST,
    /** Audio alone. */
    NO_VIDEO
  }

  /** Use of the loop from which on more is cut. */
  public static final double HIGH = 0.95;

  /** Use of the loop below which less is cut. */
  public static final double LOW = 0.65;

  private static final Level[] LEVELS = Level.values();
  private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_UP_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LAST_UP_NANOS = TimeUnit.SECONDS.toNanos(80);

  /** What was given back and held for so long may be tried as quickly as at first. */
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(30);

  private int level;
  private long patience = FIRST_UP_NANOS;
  private long cutAt = Long.MIN_VALUE / 2;
  private long givenAt = Long.MIN_VALUE / 2;
  private long lowSince = Long.MIN_VALUE;
  private long cuts;

  /** A cap that cuts nothing. */
  public VideoCap() {}

  /**
   * Looks at how the loop is doing, a few times a second.
   *
   * @param use how much of what the loop can do is in use, 0 at rest, 1 at the limit
   * @return whether the level is another one now
   */
  public boolean observe(double use, long nowNanos) {
    if (use < LOW) {
      if (lowSince == Long.MIN_VALUE) {
        lowSince = nowNanos;
      }
    } else {
      lowSince = Long.MIN_VALUE;
    }
    if (use > HIGH && level < LEVELS.length - 1 && nowNanos - cutAt >= DOWN_NANOS) {
      cut(nowNanos);
      return true;
    }
    if (level > 0
        && lowSince != Long.MIN_VALUE
        && nowNanos - lowSince >= patience
        && nowNanos - Math.max(cutAt, givenAt) >= patience) {
      level--;
      givenAt = nowNanos;
      return true;
    }
    return false;
  }

  private void cut(long nowNanos) {
    level++;
    cuts++;
    boolean relapse = nowNanos - givenAt < LASTING_NANOS;
    // Several levels in a row are one relapse.
    if (!relapse) {
      patience = FIRST_UP_NANOS;
    } else if (cutAt < givenAt) {
      patience = Math.min(LAST_UP_NANOS, 2 * patience);
    }
    cutAt = nowNanos;
  }

  /** How far video is cut down. Any thread. */
  public Level level() {
    return LEVELS[level];
  }

  /** The number of the {@link #level()}: 0 for nothing to 4 for no video. Any thread. */
  public int number() {
    return level;
  }

  /** How often more was cut. Any thread. */
  public long cuts() {
    return cuts;
  }

  /** Whether no video is sent. */
  boolean isDark() {
    return level == 4;
  }

  /**
   * The largest size that may be sent, 0 for the smallest.
   *
   * @param sizes how many sizes there are
   */
  int highestSpatial(int sizes) {
    return switch (level) {
      case 0 -> sizes - 1;
      case 1 -> Math.max(0, sizes - 2);
      default -> 0;
    };
  }

  /**
   * The highest frame rate that may be sent, 0 for the lowest.
   *
   * @param rates how many frame rates there are
   */
  int highestTemporal(int rates) {
    return level < 3 ? rates - 1 : 0;
  }
}
