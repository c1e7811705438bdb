package org.consultrelay.load.profile;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How consultations come and go: a day of theirs, and how much of it a run rehearses. Read from
 * YAML by {@link #load}.
 *
 * @param name the file's, without ending
 * @param about one line for reports
 * @param sources where the figures come from
 * @param consultations a day, for plans; runs are scaled by their rooms
 * @param hours share of the day's starts in each hour of the day, 24 of them, 1 in all
 * @param growth consultations day by day, when the profile is one of growth; else empty
 * @param slots how starts bunch within the hour
 * @param lengths how long consultations last
 * @param people how many take part
 * @param publishers how many of them send; the others only listen and look
 * @param arrive how the others follow the first
 * @param audioOnly share of consultations without pictures, 0 to 1
 * @param turn share of participants behind a relay of TURN, 0 to 1
 * @param loss share of packets that participants lose on their own line, 0 to 1
 * @param run what a run makes of it
 */
public record Profile(
    String name,
    String about,
    List<String> sources,
    long consultations,
    List<Double> hours,
    List<Long> growth,
    Slots slots,
    Lengths lengths,
    People people,
    int publishers,
    Arrive arrive,
    double audioOnly,
    double turn,
    double loss,
    Run run) {
  /** Copies the lists. */
  public Profile {
    sources = List.copyOf(sources);
    hours = List.copyOf(hours);
    growth = List.copyOf(growth);
  }

  /**
   * How starts bunch: diaries run in slots, and many press the button when the slot begins.
   *
   * @param every from one slot to the next
   * @param bunched share of a slot's starts that come at its begin, 0 to 1
   * @param within how long that begin is
   */
  public record Slots(Duration every, double bunched, Duration within) {}

  /**
   * How the other participants follow the first.
   *
   * @param within at most so long after, when it is a time; else zero
   * @param share evenly over this share of the consultation's length, 0 to 1; 0 when it is a time
   */
  public record Arrive(Duration within, double share) {}

  /**
   * What a run makes of the profile, unless it is told otherwise.
   *
   * @param whole the whole growth squeezed into the run's time; else the busiest hour at its pace
   * @param rooms consultations that go on at once, at the busiest
   * @param duration of the run
   * @param ramp time in which the consultations come in that go on when the run's time begins
   * @param generations of a whole growth, how many consultations would fit into the run one after
   *     the other: more of them are shorter
   * @param storm when everybody loses the relay at once; null: not at all
   */
  public record Run(
      boolean whole,
      int rooms,
      Duration duration,
      Duration ramp,
      int generations,
      @Nullable Storm storm) {}

  /**
   * A node dies and its participants come back.
   *
   * @param at when, as share of the run, 0 to 1
   * @param share of the consultations that it hits, 0 to 1
   * @param within how soon all are back
   */
  public record Storm(double at, double share, Duration within) {}

  /** The names of the profiles that come with the load tester. */
  public static List<String> shipped() {
    return List.of(
        "morning",
        "lockdown-2020",
        "nationwide",
        "beyond",
        "reconnect-storm",
        "conference",
        "lecture");
  }

  /**
   * Reads a profile.
   *
   * @param nameOrPath one of {@link #shipped}, or a YAML file
   * @throws ProfileException in one line, with the key that is wrong and what would be right
   */
  public static Profile load(String nameOrPath) {
    return ProfileReader.load(nameOrPath);
  }

  /** The hour of the day with the most starts. */
  public int busiestHour() {
    int busiest = 0;
    for (int hour = 1; hour < hours.size(); hour++) {
      if (hours.get(hour) > hours.get(busiest)) {
        busiest = hour;
      }
    }
    return busiest;
  }
}
