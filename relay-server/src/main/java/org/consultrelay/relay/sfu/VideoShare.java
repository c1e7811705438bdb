package org.consultrelay.relay.sfu;

import org.consultrelay.relay.layers.StreamSwitch;

/**
 * How much of a video one subscriber gets: what it wants, what its line carries, and the steps
 * between nothing and everything. A step is a spatial layer (a size) and a temporal one (a frame
 * rate); for people the next step up is the next frame rate, for a shared screen the next size.
 */
final class VideoShare {
  /** Nothing at all. */
  static final int NO_STEP = -1;

  /** The first step: the smallest size at its lowest frame rate. */
  static final int LEAST = 0;

  private static final int TEMPORAL = LayerRate.TEMPORAL;
  private static final int USUAL_FRAMES_PER_SECOND = 30;

  /** How long after being lowered a video is not raised, in nanoseconds. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  /**
   * A larger size costs a key frame, which the line must carry as well: after one that did not last
   * for so long, the next is tried later and later.
   */
  private static final long LASTING_NANOS = 20_000_000_000L;

  /** So too with a pause: what does not last is tried again later and later. */
  private static final long MOST_STALL_PATIENCE = 32_000_000_000L;

  private static final long FIRST_SIZE_PATIENCE = 4_000_000_000L;
  private static final long MOST_SIZE_PATIENCE = 60_000_000_000L;

  private final Publication publication;
  private final StreamSwitch streams;
  private final VideoCap cap;
  private VideoWish wish = VideoWish.ALL;
  private boolean stalled;
  private boolean darkened;
  private boolean assigned;
  private int step;
  private long loweredAt = Long.MIN_VALUE / 2;
  private long enlargedAt = Long.MIN_VALUE / 2;
  private long reducedAt = Long.MIN_VALUE / 2;
  private long resumedAt = Long.MIN_VALUE / 2;
  private long retriedAt = Long.MIN_VALUE / 2;
  private long sizePatience = FIRST_SIZE_PATIENCE;
  private long stallPatience = PATIENCE_NANOS;

  VideoShare(Publication publication, StreamSwitch streams, VideoCap cap) {
    this.cap = cap;
    this.publication = publication;
    this.streams = streams;
  }

  /** Sets what is wanted; true when that is something else than before. */
  boolean wish(VideoWish wanted) {
    boolean other = !wish.equals(wanted);
    wish = wanted;
    return other;
  }

  VideoWish wish() {
    return wish;
  }

  /** Whether nothing is sent because the line does not carry it, or the loop has no time. */
  boolean isStalled() {
    return stalled;
  }

  /** Whether it was paused until a moment ago. */
  boolean isFresh(long nowNanos) {
    return !stalled && nowNanos - resumedAt < PATIENCE_NANOS;
  }

  /**
   * Whether it is too early for a step that takes more than now, because the line did not carry
   * that a short time ago.
   */
  boolean rests(int next, long nowNanos) {
    if (nowNanos - loweredAt < (stalled ? stallPatience : PATIENCE_NANOS)) {
      return true;
    }
    return next / TEMPORAL > Math.max(0, step()) / TEMPORAL && nowNanos - reducedAt < sizePatience;
  }

  /** The size that is wanted and that the loop has time for, 0 for the smallest. */
  int wantedSpatial() {
    int layers = publication.spatialLayers();
    int wanted =
        publication.isLayered()
            ? wish.spatialLayer(publication.parameters().sizes(), layers)
            : wish.place(publication.parameters());
    return Math.min(wanted, cap.highestSpatial(layers));
  }

  private int wantedTemporal(int spatial) {
    int highest = cap.highestTemporal(publication.temporalLayers(spatial));
    int frames = USUAL_FRAMES_PER_SECOND;
    // Each layer less halves the rate.
    while (wish.framesPerSecond() > 0 && highest > 0 && frames / 2 >= wish.framesPerSecond()) {
      highest--;
      frames /= 2;
    }
    return highest;
  }

  /** The largest of what is wanted. */
  int highest() {
    int spatial = wantedSpatial();
    return spatial * TEMPORAL + wantedTemporal(spatial);
  }

  /** The step above one that takes more of the line, or the same one when there is none. */
  int above(int from, long nowNanos) {
    int highest = highest();
    int before = from;
    while (before != highest) {
      int next = following(before);
      if (next == before || bits(next, nowNanos) > bits(from, nowNanos) || next == highest) {
        return next;
      }
      before = next;
    }
    return from;
  }

  private int following(int from) {
    int spatial = from / TEMPORAL;
    int temporal = from % TEMPORAL;
    boolean screen = publication.parameters().sharpness();
    boolean larger = spatial < wantedSpatial();
    if (screen && larger) {
      return (spatial + 1) * TEMPORAL + Math.min(temporal, wantedTemporal(spatial + 1));
    }
    if (temporal < wantedTemporal(spatial)) {
      return from + 1;
    }
    // A larger picture is worth no more than one lower frame rate.
    return larger ? (spatial + 1) * TEMPORAL + Math.max(0, wantedTemporal(spatial + 1) - 1) : from;
  }

  /** What a step takes, in bits a second; 0 when nobody knows. */
  long bits(int of, long nowNanos) {
    return publication.bits(of / TEMPORAL, of % TEMPORAL, nowNanos);
  }

  /** What is sent now; {@link #NO_STEP} for nothing. */
  int step() {
    return stalled ? NO_STEP : assigned ? Math.min(step, highest()) : highest();
  }

  /** From now on this step is sent. Returns whether nothing was before, for want of a line. */
  boolean assign(int next, long nowNanos) {
    int before = step();
    if (assigned && next < before) {
      loweredAt = nowNanos;
      if (next / TEMPORAL < before / TEMPORAL) {
        sizePatience =
            nowNanos - enlargedAt < LASTING_NANOS
                ? Math.min(MOST_SIZE_PATIENCE, 2 * sizePatience)
                : FIRST_SIZE_PATIENCE;
        reducedAt = nowNanos;
      }
    } else if (before != NO_STEP && next / TEMPORAL > before / TEMPORAL) {
      enlargedAt = nowNanos;
    }
    boolean resumes = stalled;
    if (resumes) {
      resumedAt = nowNanos;
      if (!darkened) {
        retriedAt = nowNanos;
      }
    }
    stalled = false;
    assigned = true;
    step = next;
    // At the top nothing is held back, also of layers that have not been seen yet.
    int temporal = next % TEMPORAL;
    int spatial = next / TEMPORAL;
    boolean topmost = temporal >= publication.temporalLayers(spatial) - 1;
    streams.setTarget(
        spatial >= publication.spatialLayers() - 1 ? StreamSwitch.HIGHEST : spatial,
        topmost ? StreamSwitch.HIGHEST : temporal);
    return resumes;
  }

  /**
   * From now on nothing is sent.
   *
   * @param dark whether that is for want of time on this loop, which says nothing of the line
   * @return whether something was
   */
  boolean stall(boolean dark, long nowNanos) {
    boolean news = !stalled;
    if (news) {
      darkened = dark;
    }
    if (news && !dark) {
      loweredAt = nowNanos;
      stallPatience =
          nowNanos - retriedAt < LASTING_NANOS
              ? Math.min(MOST_STALL_PATIENCE, 2 * stallPatience)
              : PATIENCE_NANOS;
    }
    stalled = true;
    return news;
  }
}
