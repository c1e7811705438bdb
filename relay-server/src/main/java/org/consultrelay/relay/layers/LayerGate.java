package org.consultrelay.relay.layers;

/**
 * From which picture on, and until which, a stream's spatial or temporal layers go out. The answer
 * for a picture stays the same however late its packets come, as long as its layer has not been let
 * in anew twice since.
 */
final class LayerGate {
  static final int LAYERS = 8;

  private static final long NEVER = Long.MAX_VALUE;

  // Four numbers for each layer, side by side, as they are asked for together.
  private static final int FROM = 0;
  private static final int UNTIL = 1;

  /** The time before, when a layer went out, was left out and came in anew. */
  private static final int FROM_BEFORE = 2;

  private static final int UNTIL_BEFORE = 3;
  private static final int STRIDE = 4;

  private final long[] times = new long[LAYERS * STRIDE];
  private int ceiling;

  /** A stream begins with this picture, and with the layers up to {@code highest}. */
  void start(int highest, long picture) {
    ceiling = highest;
    for (int i = 0; i < LAYERS; i++) {
      int at = i * STRIDE;
      times[at + FROM] = i <= highest ? picture : NEVER;
      times[at + UNTIL] = NEVER;
      times[at + UNTIL_BEFORE] = 0;
    }
  }

  /** The highest layer that goes out now, 0 to 7. */
  int ceiling() {
    return ceiling;
  }

  /** Lets layers in up to {@code highest}, from this picture on. */
  void raise(int highest, long picture) {
    while (ceiling < highest) {
      ceiling++;
      int at = ceiling * STRIDE;
      if (times[at + FROM] < times[at + UNTIL] && times[at + UNTIL] < NEVER) {
        times[at + FROM_BEFORE] = times[at + FROM];
        times[at + UNTIL_BEFORE] = times[at + UNTIL];
      }
      times[at + FROM] = picture;
      times[at + UNTIL] = NEVER;
    }
  }

  /** Leaves out what is above {@code highest}, from this picture on. */
  void lower(int highest, long picture) {
    while (ceiling > highest) {
      times[ceiling * STRIDE + UNTIL] = picture;
      ceiling--;
    }
  }

  boolean admits(int layer, long picture) {
    int at = layer * STRIDE;
    return (picture >= times[at + FROM] && picture < times[at + UNTIL])
        || (picture >= times[at + FROM_BEFORE] && picture < times[at + UNTIL_BEFORE]);
  }
}
