package org.consultrelay.relay.layers;

import java.util.Arrays;

/**
 * From which picture on, and until which, a stream's spatial or temporal layers go out. The answer
 * for a picture stays the same however late its packets come, as long as its layer has not been let
 * in anew twice since.
 */
final class LayerGate {
  static final int LAYERS = 8;

  private static final long NEVER = Long.MAX_VALUE;

  private final long[] from = new long[LAYERS];
  private final long[] until = new long[LAYERS];

  /** The time before, when a layer went out, was left out and came in anew. */
  private final long[] fromBefore = new long[LAYERS];

  private final long[] untilBefore = new long[LAYERS];
  private int ceiling;

  /** A stream begins with this picture, and with the layers up to {@code highest}. */
  void start(int highest, long picture) {
    ceiling = highest;
    Arrays.fill(until, NEVER);
    Arrays.fill(untilBefore, 0);
    for (int i = 0; i < LAYERS; i++) {
      from[i] = i <= highest ? picture : NEVER;
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
      if (from[ceiling] < until[ceiling] && until[ceiling] < NEVER) {
        fromBefore[ceiling] = from[ceiling];
        untilBefore[ceiling] = until[ceiling];
      }
      from[ceiling] = picture;
      until[ceiling] = NEVER;
    }
  }

  /** Leaves out what is above {@code highest}, from this picture on. */
  void lower(int highest, long picture) {
    while (ceiling > highest) {
      until[ceiling] = picture;
      ceiling--;
    }
  }

  boolean admits(int layer, long picture) {
    return (picture >= from[layer] && picture < until[layer])
        || (picture >= fromBefore[layer] && picture < untilBefore[layer]);
  }
}
