package org.consultrelay.load.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;

/**
 * Consultations of two that all go on when the relay is told to stop, and end one after the other.
 *
 * @param rooms how many
 * @param ramp in which they come in
 * @param shortest how long after the ramp the first one ends
 * @param longest how long after the ramp the last one ends
 * @param deadline that the relay has from when it is told to stop, see {@code ops.drainDeadline}
 * @param seed of the lengths
 */
public record DrainPlan(
    int rooms, Duration ramp, Duration shortest, Duration longest, Duration deadline, long seed) {
  /** Checks the ranges. */
  public DrainPlan {
    if (rooms < 1 || ramp.isNegative() || !shortest.isPositive()) {
      throw new IllegalArgumentException("a drain needs rooms that last");
    }
    if (longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException("the longest is shorter than the shortest");
    }
  }

  /** Name of the room with that number, from 0. */
  static String room(int number) {
    return "drain-" + number;
  }

  /** What happens; the same for the same plan. */
  List<Consultation> schedule() {
    SplittableRandom random = new SplittableRandom(seed);
    List<Leg> two = List.of(new Leg("p0", 0, true, true), new Leg("p1", 0, true, true));
    List<Consultation> schedule = new ArrayList<>();
    long spread = longest.minus(shortest).toNanos();
    for (int i = 0; i < rooms; i++) {
      long start = ramp.toNanos() * i / rooms;
      // The last one is there to the end, whatever chance says.
      double share = i == rooms - 1 ? 1 : random.nextDouble();
      long end = ramp.plus(shortest).toNanos() + (long) (share * spread);
      schedule.add(new Consultation(i, room(i), start, end - start, two, false));
    }
    return schedule;
  }

  /** The room that lasts longest. */
  String lastRoom() {
    return room(rooms - 1);
  }
}
