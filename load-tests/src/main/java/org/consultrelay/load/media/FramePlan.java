package org.consultrelay.load.media;

import java.util.SplittableRandom;

/**
 * Which frames an encoder would make: key or not, in which temporal layer, how large. Sizes vary as
 * with moving pictures, and what a key frame takes too much, the next second's frames give back, so
 * that the bit rate is as asked.
 */
final class FramePlan {
  /** No frame is smaller: it has to hold its header and a stamp. */
  static final int MIN_FRAME = 64;

  private static final int KEY_FRAME_FACTOR = 5;
  private static final double NOISE = 0.25;
  private static final int[][] LAYERS = {{0}, {0, 1}, {0, 2, 1, 2}};

  /** Share of a layer's frame in the mean frame: the lower, the larger, each row's mean is 1. */
  private static final double[][] WEIGHTS = {{1}, {1.2, 0.8}, {1.6, 0.8, 0.8, 0.8}};

  /** Whether a frame depends on the base layer only. */
  private static final boolean[][] SYNC = {{false}, {false, true}, {false, true, true, false}};

  private final VideoShape shape;
  private final SplittableRandom random;
  private final double mean;
  private final int[] layers;
  private double debt;
  private int sinceKey;
  private boolean started;
  private boolean key;
  private int position;
  private int size;

  FramePlan(VideoShape shape, long seed) {
    this.shape = shape;
    random = new SplittableRandom(seed);
    mean = shape.kilobitsPerSecond() * 125.0 / shape.framesPerSecond();
    layers = LAYERS[shape.temporalLayers() - 1];
  }

  void next(boolean keyWanted) {
    sinceKey++;
    key = keyWanted || !started || (shape.keyFrameEvery() > 0 && sinceKey >= shape.keyFrameEvery());
    started = true;
    if (key) {
      sinceKey = 0;
    }
    position = sinceKey % layers.length;
    double noise = 1 + NOISE * (2 * random.nextDouble() - 1);
    double wanted =
        key
            ? KEY_FRAME_FACTOR * mean * noise
            : WEIGHTS[shape.temporalLayers() - 1][position] * mean * noise
                - debt / shape.framesPerSecond();
    size = (int) Math.max(MIN_FRAME, wanted);
    debt += size - mean;
  }

  boolean keyFrame() {
    return key;
  }

  int temporalLayer() {
    return layers[position];
  }

  boolean layerSync() {
    return !key && SYNC[shape.temporalLayers() - 1][position];
  }

  /** No other frame depends on it: the top layer, if there is more than one. */
  boolean nonReference() {
    return layers.length > 1 && temporalLayer() == shape.temporalLayers() - 1;
  }

  /** Bytes of the encoded frame. */
  int size() {
    return size;
  }
}
