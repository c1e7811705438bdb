package org.consultrelay.relay.layers;

import java.util.Arrays;
import org.consultrelay.relay.layers.Frame.Published;

/** A packet as the subscriber gets it, and the truth behind it. */
final class Outgoing {
  private final long out;
  private final boolean fill;
  private final int timestamp;
  private final boolean marker;
  private final byte[] payload;
  private final byte[] descriptor;
  private final int era;
  private final Published origin;

  Outgoing(
      StreamSwitch decided, boolean fill, byte[] payload, byte[] descriptor, Published origin) {
    this.out = decided.out();
    this.fill = fill;
    this.timestamp = decided.timestamp();
    this.marker = decided.marker();
    this.payload = payload;
    this.descriptor = descriptor;
    this.era = decided.placedEra();
    this.origin = origin;
  }

  long out() {
    return out;
  }

  /** Whether it has no payload and only fills a number. */
  boolean fill() {
    return fill;
  }

  int timestamp() {
    return timestamp;
  }

  boolean marker() {
    return marker;
  }

  byte[] payload() {
    return payload;
  }

  /** The dependency descriptor; empty when there is none. */
  byte[] descriptor() {
    return descriptor;
  }

  int era() {
    return era;
  }

  Published origin() {
    return origin;
  }

  boolean isSameOnTheWire(Outgoing other) {
    return out == other.out
        && timestamp == other.timestamp
        && marker == other.marker
        && Arrays.equals(payload, other.payload)
        && Arrays.equals(descriptor, other.descriptor);
  }
}
