package org.consultrelay.relay.ops;

/**
 * A switch with hysteresis: off once headroom is below one mark, on again above a higher one. Set
 * by one thread; any thread may look.
 */
final class Threshold {
  private double offBelow;
  private double onAbove;
  private volatile boolean on = true;

  Threshold(double offBelow, double onAbove) {
    this.offBelow = offBelow;
    this.onAbove = onAbove;
  }

  /** Other marks from the next look on. */
  void marks(double newOffBelow, double newOnAbove) {
    offBelow = newOffBelow;
    onAbove = newOnAbove;
  }

  /** Looks at what is left now. Returns whether that changed anything. */
  boolean observe(double headroom) {
    boolean before = on;
    if (headroom < offBelow) {
      on = false;
    } else if (headroom > onAbove) {
      on = true;
    }
    return on != before;
  }

  boolean isOn() {
    return on;
  }
}
