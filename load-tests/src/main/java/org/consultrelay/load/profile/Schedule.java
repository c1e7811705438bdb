package org.consultrelay.load.profile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws from a profile what is going to happen in a run. The same profile, overrides and seed give
 * the same schedule.
 */
public final class Schedule {
  /** Whoever came later than that would hardly be in before the run ends. */
  private static final double LAST_START = 0.8;

  private static final long LEAST_NANOS = 2_000_000_000L;

  private final Profile profile;
  private final SplittableRandom random;
  private final People people;
  private final double audioOnly;
  private final int publishers;
  private final int rooms;
  private final double speedUp;
  private final long duration;
  private final long ramp;
  private final List<Consultation> drawn = new ArrayList<>();
  private int nextRoom;

  private Schedule(Profile profile, Overrides overrides) {
    this.profile = profile;
    random = new SplittableRandom(overrides.seed());
    people = overrides.people().map(People::always).orElse(profile.people());
    audioOnly = overrides.audioOnly().orElse(profile.audioOnly());
    publishers = overrides.publishers().orElse(profile.publishers());
    rooms = overrides.rooms().orElse(profile.run().rooms());
    speedUp = overrides.speedUp();
    duration = overrides.duration().orElse(profile.run().duration()).toNanos();
    ramp =
        overrides
            .ramp()
            .map(Duration::toNanos)
            .orElse(Math.min(profile.run().ramp().toNanos(), duration / 4));
    if (ramp > duration * LAST_START) {
      throw new ProfileException("ramp: must be four fifths of the duration at most");
    }
    if (profile.turn() > 0) {
      throw new ProfileException(
          profile.name() + ": turn is more than 0%, but the load tester does not speak TURN yet");
    }
  }

  /**
   * Draws a run.
   *
   * @return its consultations in the order of their starts; none lasts longer than the run
   * @throws ProfileException when profile and overrides do not go together
   */
  public static List<Consultation> draw(Profile profile, Overrides overrides) {
    return new Schedule(profile, overrides).draw();
  }

  /** How long the run that {@link #draw} draws takes. */
  public static Duration duration(Profile profile, Overrides overrides) {
    return overrides.duration().orElse(profile.run().duration());
  }

  private List<Consultation> draw() {
    Profile.Storm storm = profile.run().storm();
    if (storm != null) {
      crowd();
      strike(storm);
    } else if (profile.run().whole()) {
      grow();
    } else {
      standing();
      newcomers();
    }
    drawn.sort(Comparator.comparingLong(Consultation::startNanos));
    List<Consultation> numbered = new ArrayList<>(drawn.size());
    for (Consultation each : drawn) {
      numbered.add(
          new Consultation(
              numbered.size(),
              each.room(),
              each.startNanos(),
              each.lengthNanos(),
              each.legs(),
              each.vanishes()));
    }
    return List.copyOf(numbered);
  }

  /** Who comes stays: the storm is all that happens. */
  private void crowd() {
    for (int i = 0; i < rooms; i++) {
      add(ramp * i / rooms, duration);
    }
  }

  /** What goes on already when one looks: it comes in during the ramp and lasts its rest. */
  private void standing() {
    for (int i = 0; i < rooms; i++) {
      long start = ramp * i / rooms;
      long left = (long) (profile.lengths().drawLeft(random) / speedUp);
      add(start, Math.max(left, LEAST_NANOS) + ramp - start);
    }
  }

  /** What starts while one looks: as many as end in the mean (Little), bunched by slots. */
  private void newcomers() {
    SlotStarts slots = new SlotStarts(profile.slots());
    double aSlot = rooms * slots.slotNanos() / profile.lengths().meanNanos();
    long slotNanos = (long) (slots.slotNanos() / speedUp);
    long last = (long) (duration * LAST_START);
    for (long slot = ramp; slot < last; slot += slotNanos) {
      int count = SlotStarts.poisson(random, aSlot);
      for (int i = 0; i < count; i++) {
        long start = slot + (long) (slots.draw(random) / speedUp);
        long length = (long) (profile.lengths().draw(random) / speedUp);
        if (start < last) {
          add(start, Math.max(length, LEAST_NANOS));
        }
      }
    }
  }

  /**
   * The whole growth in the run's time: as many go on at once as that day's share of the busiest.
   */
  private void grow() {
    List<Long> days = profile.growth();
    long busiest = days.stream().mapToLong(Long::longValue).max().orElse(1);
    double shorter = profile.lengths().meanNanos() * profile.run().generations() / duration;
    double mean = profile.lengths().meanNanos() / shorter;
    long day = duration / days.size();
    long last = (long) (duration * (1 - LEAST_NANOS / (double) duration));
    for (int i = 0; i < days.size(); i++) {
      double atOnce = (double) rooms * days.get(i) / busiest;
      int count = SlotStarts.poisson(random, atOnce * day / mean);
      for (int n = 0; n < count; n++) {
        long start = i * day + random.nextLong(Math.max(1, day));
        long length = (long) (profile.lengths().draw(random) / shorter);
        if (start < last) {
          add(start, Math.max(length, LEAST_NANOS));
        }
      }
    }
  }

  private void add(long start, long length) {
    long within = Math.min(length, duration - start);
    boolean video = random.nextDouble() >= audioOnly;
    String room = profile.name() + "-" + nextRoom++;
    drawn.add(new Consultation(0, room, start, within, legs(within, video), false));
  }

  private List<Leg> legs(long length, boolean video) {
    int count = people.draw(random);
    Profile.Arrive arrive = profile.arrive();
    List<Leg> legs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long after = 0;
      if (i > 0 && arrive.share() > 0) {
        after = (long) (arrive.share() * length * i / (count - 1));
      } else if (i > 0) {
        long most = (long) Math.min(arrive.within().toNanos() / speedUp, length / 4.0);
        after = most == 0 ? 0 : random.nextLong(most);
      }
      boolean sends = i < publishers;
      legs.add(new Leg("p" + i, after, sends, sends && video));
    }
    return legs;
  }

  /** Whoever is there when the node dies is gone without a word, and comes back soon. */
  private void strike(Profile.Storm storm) {
    long at = (long) (storm.at() * duration);
    long within = Math.max(1, storm.within().toNanos());
    List<Consultation> after = new ArrayList<>();
    for (Consultation each : drawn) {
      boolean hit =
          each.startNanos() < at && each.endNanos() > at && random.nextDouble() < storm.share();
      if (!hit) {
        after.add(each);
        continue;
      }
      long back = at + random.nextLong(within);
      after.add(
          new Consultation(
              0, each.room(), each.startNanos(), at - each.startNanos(), each.legs(), true));
      // They were at it already: nobody waits for anybody now.
      List<Leg> legs = new ArrayList<>();
      for (Leg leg : each.legs()) {
        legs.add(new Leg(leg.identity(), 0, leg.audio(), leg.video()));
      }
      if (back < each.endNanos()) {
        after.add(new Consultation(0, each.room(), back, each.endNanos() - back, legs, false));
      }
    }
    drawn.clear();
    drawn.addAll(after);
  }
}
