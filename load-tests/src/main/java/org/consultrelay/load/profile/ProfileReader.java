package org.consultrelay.load.profile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads profiles from YAML, and says in one line what is wrong with them. */
final class ProfileReader {
  private static final String ENDING = ".yaml";
  private static final int MOST_PEOPLE = 500;
  private static final double ROUNDING = 0.005;

  private ProfileReader() {}

  static Profile load(String nameOrPath) {
    if (Profile.shipped().contains(nameOrPath)) {
      return of(nameOrPath, Keys.resource(ProfileReader.class, nameOrPath + ENDING));
    }
    Path path = Path.of(nameOrPath);
    if (!Files.isRegularFile(path)) {
      throw new ProfileException(
          nameOrPath
              + ": there is no such file, and the profiles that come along are "
              + String.join(", ", Profile.shipped()));
    }
    String file = path.getFileName().toString();
    String name = file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file;
    return of(name, Keys.file(nameOrPath));
  }

  /**
   * Reads YAML text.
   *
   * @param name what mistakes and reports call it
   */
  static Profile parse(String name, String yaml) {
    return of(name, Keys.parse(name, yaml));
  }

  private static Profile of(String name, Keys keys) {
    Profile profile =
        new Profile(
            name,
            keys.text("about", ""),
            keys.texts("sources"),
            keys.whole("consultations", 1, 1, 100_000_000),
            hours(keys.section("hours")),
            growth(keys),
            slots(keys.section("slots")),
            lengths(keys.section("length")),
            people(keys.section("people")),
            (int) keys.whole("publishers", MOST_PEOPLE, 1, MOST_PEOPLE),
            arrive(keys),
            keys.share("audioOnly", 0),
            keys.share("turn", 0),
            keys.share("loss", 0),
            run(keys.section("run")));
    keys.nothingElse();
    if (profile.run().whole() && profile.growth().isEmpty()) {
      throw keys.wrong("run.whole", "is true", "a `growth` that it could squeeze");
    }
    return profile;
  }

  private static List<Double> hours(Keys keys) {
    List<Double> hours = new ArrayList<>(Collections.nCopies(24, 0.0));
    double sum = 0;
    for (String key : keys.names()) {
      int hour = keys.number(key, 0, 23);
      hours.set(hour, keys.share(key, 0));
      sum += hours.get(hour);
    }
    if (keys.names().isEmpty()) {
      return Collections.nCopies(24, 1.0 / 24);
    }
    if (Math.abs(sum - 1) > ROUNDING) {
      throw keys.wrong("", "has " + Math.round(sum * 1_000) / 10.0 + "% in all", "100%");
    }
    keys.nothingElse();
    return hours;
  }

  private static List<Long> growth(Keys keys) {
    List<Long> days = new ArrayList<>();
    for (String text : keys.texts("growth")) {
      try {
        days.add(Long.parseLong(text));
      } catch (NumberFormatException e) {
        throw keys.wrong("growth", "has \"" + text + "\"", "whole numbers, one for each day");
      }
    }
    return days;
  }

  private static Profile.Slots slots(Keys keys) {
    Duration every = keys.time("every", Duration.ofMinutes(10));
    Duration within = keys.time("within", Duration.ofSeconds(60));
    double bunched = keys.share("bunched", 0);
    if (every.isZero() || Duration.ofHours(1).toMillis() % every.toMillis() != 0) {
      throw keys.wrong("every", "is " + every.toSeconds() + "s", "a part of an hour, as 10m");
    }
    if (within.isZero() || within.compareTo(every) > 0) {
      throw keys.wrong("within", "is " + within.toSeconds() + "s", "more than 0 and within a slot");
    }
    keys.nothingElse();
    return new Profile.Slots(every, bunched, within);
  }

  private static Lengths lengths(Keys keys) {
    Lengths lengths =
        new Lengths(
            keys.time("mean", Duration.ofMinutes(9)),
            keys.fraction("spread", 0.5, 0, 2),
            keys.time("least", Duration.ofMinutes(1)),
            keys.time("most", Duration.ofMinutes(60)));
    if (lengths.least().isZero() || lengths.least().compareTo(lengths.most()) > 0) {
      throw keys.wrong(
          "least", "is " + lengths.least().toSeconds() + "s", "more than 0 up to most");
    }
    keys.nothingElse();
    return lengths;
  }

  private static People people(Keys keys) {
    Map<Integer, Double> shares = new TreeMap<>();
    double sum = 0;
    for (String key : keys.names()) {
      double share = keys.share(key, 0);
      shares.put(keys.number(key, 1, MOST_PEOPLE), share);
      sum += share;
    }
    if (shares.isEmpty()) {
      return People.always(2);
    }
    if (Math.abs(sum - 1) > ROUNDING) {
      throw keys.wrong("", "has " + Math.round(sum * 1_000) / 10.0 + "% in all", "100%");
    }
    keys.nothingElse();
    return new People(shares);
  }

  private static Profile.Arrive arrive(Keys keys) {
    String text = keys.text("arrive", "20s");
    if (text.endsWith("%")) {
      return new Profile.Arrive(Duration.ZERO, keys.share("arrive", 0));
    }
    return new Profile.Arrive(keys.time("arrive", Duration.ofSeconds(20)), 0);
  }

  private static Profile.Run run(Keys keys) {
    Profile.Run run =
        new Profile.Run(
            keys.yes("whole"),
            (int) keys.whole("rooms", 20, 1, 1_000_000),
            keys.time("duration", Duration.ofSeconds(60)),
            keys.time("ramp", Duration.ofSeconds(10)),
            (int) keys.whole("generations", 10, 1, 1_000),
            storm(keys.section("storm")));
    keys.nothingElse();
    return run;
  }

  private static Profile.@Nullable Storm storm(Keys keys) {
    if (keys.names().isEmpty()) {
      return null;
    }
    Profile.Storm storm =
        new Profile.Storm(
            keys.share("at", 0.5),
            keys.share("share", 1),
            keys.time("within", Duration.ofSeconds(5)));
    keys.nothingElse();
    return storm;
  }
}
