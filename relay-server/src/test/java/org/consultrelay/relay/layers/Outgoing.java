package org.consultrelay.relay.layers;

import java.util.Arrays;
import org.consultrelay.relay.layers.Frame.Published;

/**
 * A packet as the subscriber gets it, and the truth behind it.
 *
 * @param payload empty where a number was only filled
 * @param descriptor the dependency descriptor; empty when there is none
 */
record Outgoing(
    long out,
    boolean fill,
    int timestamp,
    boolean marker,
    byte[] payload,
    byte[] descriptor,
    int era,
    Published origin) {
  boolean isSameOnTheWire(Outgoing other) {
    return out == other.out
        && timestamp == other.timestamp
        && marker == other.marker
        && Arrays.equals(payload, other.payload)
        && Arrays.equals(descriptor, other.descriptor);
  }
}
