package org.consultrelay.load.profile;

import java.time.Duration;
import java.util.Optional;

/**
 * What a run does otherwise than its profile says; empty: as the profile says.
 *
 * @param rooms consultations that go on at once, at the busiest
 * @param duration of the run
 * @param ramp time in which the consultations come in that go on when the run's time begins
 * @param speedUp the profile's hours and lengths pass so many times as fast, 1 or more
 * @param people participants of every consultation
 * @param audioOnly share of consultations without pictures, 0 to 1
 * @param publishers participants of each consultation who send, the first ones; the others only
 *     listen and look
 * @param seed of all that is random
 */
public record Overrides(
    Optional<Integer> rooms,
    Optional<Duration> duration,
    Optional<Duration> ramp,
    double speedUp,
    Optional<Integer> people,
    Optional<Double> audioOnly,
    Optional<Integer> publishers,
    long seed) {
  /** All as the profile says, seed 1. */
  public static final Overrides NONE =
      new Overrides(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          1,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          1);

  /**
   * Checks the ranges.
   *
   * @throws ProfileException when one is left
   */
  public Overrides {
    rooms.ifPresent(count -> check(count >= 1, "rooms: must be 1 or more"));
    duration.ifPresent(
        time -> check(time.toMillis() >= 1_000, "duration: must be a second or more"));
    ramp.ifPresent(time -> check(!time.isNegative(), "ramp: must not be negative"));
    check(speedUp >= 1, "speed-up: must be 1 or more");
    people.ifPresent(count -> check(count >= 1 && count <= 500, "people: must be 1 to 500"));
    publishers.ifPresent(count -> check(count >= 1, "publishers: must be 1 or more"));
    audioOnly.ifPresent(share -> check(share >= 0 && share <= 1, "audio-only: must be 0% to 100%"));
  }

  private static void check(boolean right, String message) {
    if (!right) {
      throw new ProfileException(message);
    }
  }

  /** The same with so many rooms. */
  public Overrides withRooms(int count) {
    return new Overrides(
        Optional.of(count), duration, ramp, speedUp, people, audioOnly, publishers, seed);
  }

  /** The same for so long. */
  public Overrides withDuration(Duration time) {
    return new Overrides(
        rooms, Optional.of(time), ramp, speedUp, people, audioOnly, publishers, seed);
  }

  /** The same with another ramp. */
  public Overrides withRamp(Duration time) {
    return new Overrides(
        rooms, duration, Optional.of(time), speedUp, people, audioOnly, publishers, seed);
  }

  /** The same so many times as fast. */
  public Overrides withSpeedUp(double times) {
    return new Overrides(rooms, duration, ramp, times, people, audioOnly, publishers, seed);
  }

  /** The same with so many in every consultation. */
  public Overrides withPeople(int count) {
    return new Overrides(
        rooms, duration, ramp, speedUp, Optional.of(count), audioOnly, publishers, seed);
  }

  /** The same with another share of consultations without pictures. */
  public Overrides withAudioOnly(double share) {
    return new Overrides(
        rooms, duration, ramp, speedUp, people, Optional.of(share), publishers, seed);
  }

  /** The same with so many in every consultation who send. */
  public Overrides withPublishers(int count) {
    return new Overrides(
        rooms, duration, ramp, speedUp, people, audioOnly, Optional.of(count), seed);
  }

  /** The same with another seed. */
  public Overrides withSeed(long other) {
    return new Overrides(rooms, duration, ramp, speedUp, people, audioOnly, publishers, other);
  }
}
