package org.consultrelay.load.profile;

import java.util.List;

/**
 * A consultation as it is going to happen. Times are in nanoseconds from the run's begin.
 *
 * @param number from 0, in the order of the starts
 * @param room the room's name
 * @param startNanos when it starts
 * @param lengthNanos how long it lasts from then on
 * @param legs who takes part
 * @param vanishes whether it ends without goodbye, as when a network or a node dies: sockets close
 *     and nobody is told. It may come back as another consultation in the same room.
 */
public record Consultation(
    int number, String room, long startNanos, long lengthNanos, List<Leg> legs, boolean vanishes) {
  /** Copies the legs. */
  public Consultation {
    legs = List.copyOf(legs);
  }

  /** When it ends, in nanoseconds from the run's begin. */
  public long endNanos() {
    return startNanos + lengthNanos;
  }
}
