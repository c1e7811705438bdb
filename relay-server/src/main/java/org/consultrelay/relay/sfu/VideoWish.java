package org.consultrelay.relay.sfu;

import java.util.List;

/**
 * What a subscriber wants of a video. Less may come, more does not.
 *
 * @param width of the place that it is shown in, in pixels; 0 when not said
 * @param height of that place, in pixels; 0 when not said
 * @param quality the highest of the track's streams that is wanted, 0 for the smallest; of no
 *     effect where a size is said
 * @param framesPerSecond the most that is wanted; 0 for no limit
 * @param rank those with a higher one get their share first, such as who speaks or is pinned
 */
public record VideoWish(int width, int height, int quality, int framesPerSecond, int rank) {
  /** All that there is. */
  public static final VideoWish ALL = new VideoWish(0, 0, Integer.MAX_VALUE, 0, 0);

  /** The same with another rank. */
  public VideoWish withRank(int other) {
    return new VideoWish(width, height, quality, framesPerSecond, other);
  }

  /**
   * Which of a track's streams is wanted: the smallest that covers the place it is shown in.
   *
   * @return 0 for the smallest
   */
  public int place(ReceiveParameters track) {
    List<SimulcastStream> streams = track.simulcast();
    int last = track.streams() - 1;
    if (width == 0 || height == 0) {
      return Math.min(quality, last);
    }
    for (int i = 0; i < last; i++) {
      SimulcastStream stream = streams.get(i);
      // By the shorter side: a phone held upright sends and shows the same picture turned.
      int shorter = Math.min(stream.width(), stream.height());
      if (shorter > 0 && shorter >= Math.min(width, height)) {
        return i;
      }
    }
    return last;
  }

  /**
   * Which size of a scalable stream is wanted: the smallest that covers the place it is shown in.
   *
   * @param sizes that its publisher named, the smallest first; may be empty
   * @param layers how many it comes in, 1 or more: the largest of those named
   * @return 0 for the smallest that it comes in
   */
  public int spatialLayer(List<PictureSize> sizes, int layers) {
    if (width == 0 || height == 0) {
      return Math.min(quality, layers - 1);
    }
    int absent = sizes.size() - layers;
    for (int i = 0; i < layers - 1 && absent >= 0; i++) {
      if (sizes.get(absent + i).shorter() >= Math.min(width, height)) {
        return i;
      }
    }
    return layers - 1;
  }
}
