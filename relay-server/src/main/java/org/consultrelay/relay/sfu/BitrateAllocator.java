package org.consultrelay.relay.sfu;

import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.rtp.MediaKind;

/**
 * Shares what a subscriber's line carries: audio first and untouched, then a smallest picture of
 * each video, then larger ones, those of a higher rank first. A video that the line does not carry
 * even nearly at its smallest is paused. What was lowered is raised again only with room to spare
 * and after a while, or the picture would jump to and fro.
 *
 * <p>One thread; allocates nothing once it has seen its most videos.
 */
final class BitrateAllocator {
  /** How often it wants to be asked when there is little to spare, in nanoseconds. */
  static final long INTERVAL_NANOS = 100_000_000L;

  /** So often when everything wanted is given and the line carries twice that. */
  static final long CALM_INTERVAL_NANOS = 400_000_000L;

  /** What must be free beyond a step up. */
  private static final double SPARE = 1.2;

  /**
   * By how much the smallest picture that is sent may be more than what is left before it is
   * paused. What comes in goes up and down, most of all with a key frame, and pacing holds it back
   * that long; a picture that comes and goes is worse.
   */
  private static final double TOLERATED = 1.25;

  /** So too one that begins anew, while its key frame is still in what was measured. */
  private static final double TOLERATED_FRESH = 2;

  /** What was paused begins anew with so much of what is left: a pause that ends costs patience. */
  private static final double TOLERATED_PAUSED = 1.15;

  /** Of a line that has had to be lowered, this much is not given away: retransmissions, RTCP. */
  private static final double USABLE = 0.95;

  private Subscription[] videos = new Subscription[4];
  private int[] chosen = new int[4];
  private int count;
  private long audioBits;
  private long wantedBits;
  private boolean narrow;
  private boolean calm;

  /** Whether the line carried less than was wanted, the last time. */
  boolean isNarrow() {
    return narrow;
  }

  /** In how many nanoseconds it wants to be asked again, if nothing happens until then. */
  long interval() {
    return calm ? CALM_INTERVAL_NANOS : INTERVAL_NANOS;
  }

  /**
   * What a line must carry for audio and for all wanted pictures to be given, in bits a second, as
   * of the last time. While some are held back, with what has to be free beyond them: whoever
   * probes a line for less never finds room for them. When all is given, no more than that: there
   * is nothing to probe for.
   */
  long wantedBits() {
    return (long) (wantedBits * (narrow ? SPARE : 1) / USABLE);
  }

  /**
   * Shares anew.
   *
   * @param dark whether no video is sent at all, for want of time on this loop
   * @param bitsPerSecond what the line carries; {@link Long#MAX_VALUE} when nobody knows
   */
  void allocate(List<Subscription> subscriptions, long bitsPerSecond, boolean dark, long nowNanos) {
    gather(subscriptions, nowNanos);
    double left =
        bitsPerSecond == Long.MAX_VALUE ? Double.MAX_VALUE : bitsPerSecond * USABLE - audioBits;
    wantedBits = audioBits;
    boolean known = true;
    for (int i = 0; i < count; i++) {
      Subscription video = videos[i];
      VideoShare share = video.share();
      long most = share.bits(share.highest(), nowNanos);
      wantedBits += most;
      known &= most > 0;
      long bits = share.bits(VideoShare.LEAST, nowNanos);
      boolean fits = bits <= left * tolerated(share, nowNanos);
      boolean rests = share.isStalled() && share.rests(VideoShare.LEAST, nowNanos);
      if (!dark && ((fits && !rests) || !video.mayBeStalled())) {
        chosen[i] = VideoShare.LEAST;
        left -= bits;
      } else {
        chosen[i] = VideoShare.NO_STEP;
      }
    }
    raise(left, nowNanos);
    narrow = false;
    for (int i = 0; i < count; i++) {
      narrow |= chosen[i] < videos[i].share().highest();
      videos[i].assign(chosen[i], dark, nowNanos);
    }
    calm = known && !narrow && bitsPerSecond / 2 > wantedBits();
  }

  private static double tolerated(VideoShare share, long nowNanos) {
    return share.isStalled()
        ? TOLERATED_PAUSED
        : share.isFresh(nowNanos) ? TOLERATED_FRESH : TOLERATED;
  }

  /** Step by step, in order of rank, so that nobody of one rank gets all while others get least. */
  private void raise(double available, long nowNanos) {
    double left = available;
    boolean raised = true;
    while (raised) {
      raised = false;
      for (int i = 0; i < count; i++) {
        VideoShare share = videos[i].share();
        int now = chosen[i];
        int next = now == VideoShare.NO_STEP ? now : share.above(now, nowNanos);
        if (next == now) {
          continue;
        }
        double more = share.bits(next, nowNanos) - (double) share.bits(now, nowNanos);
        boolean isNew = next > share.step();
        boolean rests = isNew && share.rests(next, nowNanos);
        if (!rests && (isNew ? more * SPARE : more) <= left) {
          chosen[i] = next;
          left -= Math.max(0, more);
          raised = true;
          if (i + 1 < count && videos[i + 1].rank() < videos[i].rank()) {
            // All that a higher rank wants comes before the first step up of a lower one.
            i = -1;
          }
        }
      }
    }
  }

  private void gather(List<Subscription> subscriptions, long nowNanos) {
    count = 0;
    audioBits = 0;
    for (int i = 0; i < subscriptions.size(); i++) {
      Subscription each = subscriptions.get(i);
      if (each.parameters().codec().kind() == MediaKind.AUDIO) {
        audioBits += each.audioBits(nowNanos);
      } else if (each.wantsVideo()) {
        insert(each);
      }
    }
  }

  /** In order of rank, the oldest subscription first among equals. */
  private void insert(Subscription video) {
    if (count == videos.length) {
      videos = Arrays.copyOf(videos, count * 2);
      chosen = Arrays.copyOf(chosen, count * 2);
    }
    int at = count++;
    while (at > 0 && videos[at - 1].rank() < video.rank()) {
      videos[at] = videos[at - 1];
      at--;
    }
    videos[at] = video;
  }
}
