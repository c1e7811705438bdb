package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns settings into values. A setting that is no such value is noted as a mistake and read as its
 * default, so that one start shows every mistake.
 */
final class SettingReader {
  private final SettingSources sources;
  private final List<ConfigMistake> mistakes;
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})\\s?%");
  private static final Pattern PORT_RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

  private final Map<String, String> origins = new LinkedHashMap<>();
  private final SettingFiles files = new SettingFiles(this);

  /** Reads from the sources and adds to the mistakes. */
  SettingReader(SettingSources sources, List<ConfigMistake> mistakes) {
    this.sources = sources;
    this.mistakes = mistakes;
  }

  /** Notes a mistake; its origin is that of the key. */
  void mistake(String key, String problem, String remedy) {
    mistakeAt(key, key, problem, remedy);
  }

  /** Notes a mistake whose origin is that of {@code place}, a key that must not be shown. */
  void mistakeAt(String place, String key, String problem, String remedy) {
    mistakes.add(new ConfigMistake(key, problem, remedy, origins.getOrDefault(place, "")));
  }

  /** The text in quotes, cut when it is very long. */
  static String quote(String text) {
    return '"' + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + '"';
  }

  /** A TCP or UDP port, 0 for any free one. */
  int port(String key, int byDefault) {
    return count(key, byDefault, 0, 65_535);
  }

  /** A port, 0 for any free one, or {@code off}. */
  OptionalInt portOrOff(String key, OptionalInt byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    return text.get().equals("off")
        ? OptionalInt.empty()
        : OptionalInt.of(count(key, text.get(), "off or ", byDefault.orElse(0), 0, 65_535));
  }

  /** Ports from one to another, such as {@code 49152-65535}. */
  PortRange portRange(String key, PortRange byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    Matcher ends = PORT_RANGE.matcher(text.get());
    if (ends.matches()) {
      int first = Integer.parseInt(ends.group(1));
      int last = Integer.parseInt(ends.group(2));
      if (first >= 1 && first <= last && last <= 65_535) {
        return new PortRange(first, last);
      }
    }
    mistake(
        key,
        quote(text.get()) + " is no range of ports",
        "use two numbers from 1 to 65535, the lower first, such as " + byDefault);
    return byDefault;
  }

  /** A text of one form; empty when it is not set. */
  Optional<String> word(String key, Pattern form, String remedy) {
    Optional<String> text = text(key).filter(each -> !each.isEmpty());
    if (text.isPresent() && !form.matcher(text.get()).matches()) {
      mistake(key, quote(text.get()) + " cannot be used", remedy);
      return Optional.empty();
    }
    return text;
  }

  /** A whole number within bounds. */
  int count(String key, int byDefault, int least, int most) {
    return text(key).map(text -> count(key, text, "", byDefault, least, most)).orElse(byDefault);
  }

  /** A share of a whole in percent, such as {@code 15%}; the sign is required. */
  int percent(String key, int byDefault, int least, int most) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    Matcher percent = PERCENT.matcher(text.get());
    if (percent.matches()) {
      int value = Integer.parseInt(percent.group(1));
      if (value >= least && value <= most) {
        return value;
      }
    }
    mistake(
        key,
        quote(text.get()) + " cannot be used",
        "use a whole percentage from %d%% to %d%%, such as %d%%".formatted(least, most, byDefault));
    return byDefault;
  }

  /** A whole number within bounds, or {@code auto}. */
  int countOrAuto(String key, int auto, int least, int most) {
    return text(key)
        .filter(text -> !text.equals("auto"))
        .map(text -> count(key, text, "auto or ", auto, least, most))
        .orElse(auto);
  }

  /** A whole number within bounds that has been looked up already. */
  int count(String key, String text, String alternative, int byDefault, int least, int most) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, for numbers out of bounds as well.
    }
    mistake(
        key,
        quote(text) + " cannot be used",
        "use " + alternative + "a whole number from " + least + " to " + most);
    return byDefault;
  }

  /** A duration within bounds. */
  Duration duration(String key, Duration byDefault, Duration least, Duration most) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    Optional<Duration> value =
        DurationText.parse(text.get())
            .filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0);
    if (value.isEmpty()) {
      mistake(
          key,
          quote(text.get()) + " cannot be used",
          "use a duration from %s to %s, such as %s"
              .formatted(
                  DurationText.format(least),
                  DurationText.format(most),
                  DurationText.format(byDefault)));
    }
    return value.orElse(byDefault);
  }

  /** A size within bounds. */
  ByteSize size(String key, ByteSize byDefault, ByteSize least, ByteSize most) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    Optional<ByteSize> value =
        ByteSize.parse(text.get()).filter(s -> s.compareTo(least) >= 0 && s.compareTo(most) <= 0);
    if (value.isEmpty()) {
      mistake(
          key,
          quote(text.get()) + " cannot be used",
          "use a size from %s to %s, such as %s".formatted(least, most, byDefault));
    }
    return value.orElse(byDefault);
  }

  /** One of the names of an enum, in lower case. */
  <E extends Enum<E>> E choice(String key, E byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    E[] choices = byDefault.getDeclaringClass().getEnumConstants();
    for (E choice : choices) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(text.get())) {
        return choice;
      }
    }
    mistake(
        key,
        quote(text.get()) + " is not one of its values",
        "use "
            + Arrays.stream(choices)
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" or ")));
    return byDefault;
  }

  /** {@code true} or {@code false}. */
  boolean flag(String key, boolean byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    boolean yes = text.get().equals("true");
    if (!yes && !text.get().equals("false")) {
      mistake(key, quote(text.get()) + " is not one of its values", "use true or false");
      return byDefault;
    }
    return yes;
  }

  /** An IP address. */
  InetAddress address(String key, InetAddress byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    Optional<InetAddress> address = AddressText.parse(text.get());
    if (address.isEmpty()) {
      mistake(
          key,
          quote(text.get()) + " is not an IP address",
          "use one such as 127.0.0.1 or ::1, or 0.0.0.0 for all");
    }
    return address.orElse(byDefault);
  }

  /** The files that settings name. */
  SettingFiles files() {
    return files;
  }

  /** A list, written as such or as texts with commas between; empty by default. */
  List<String> list(String key) {
    Optional<Written> written = find(key);
    if (written.isEmpty()) {
      return List.of();
    }
    List<String> items = new ArrayList<>();
    for (String text : written.get().texts()) {
      Arrays.stream(text.split(",", -1))
          .map(String::strip)
          .filter(item -> !item.isEmpty())
          .forEach(items::add);
    }
    return items;
  }

  /** Texts by name; empty by default. The texts may be secrets: they are never quoted. */
  Map<String, String> map(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    sources
        .findAll(key)
        .forEach((name, written) -> {
          String path = key + "." + name;
          origins.put(path, written.origin());

          if (written.list()) {
            mistake(path, "is a list", "write one text");
          } else {
            map.put(name, written.isNothing() ? "" : written.texts().getFirst());
          }
        });
    return map;
  }

  /** As {@link #map}, and lists are texts with spaces between. */
  Map<String, String> joined(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    sources
        .findAll(key)
        .forEach((name, written) -> {
          origins.put(key + "." + name, written.origin());
          map.put(name, String.join(" ", written.texts()).strip());
        });
    return map;
  }

  /** Words with commas or spaces between. */
  static List<String> words(String text) {
    return Arrays.stream(text.split("[,\\s]+", -1)).filter(word -> !word.isEmpty()).toList();
  }

  /** The text of one value, without spaces around; empty when it is not set. */
  Optional<String> text(String key) {
    Optional<Written> written = find(key);
    if (written.isPresent() && written.get().list()) {
      mistake(key, "is a list", "write one value");
      return Optional.empty();
    }
    return written.map(w -> w.texts().getFirst().strip());
  }

  private Optional<Written> find(String key) {
    Optional<Written> written = sources.find(key);
    written.ifPresent(w -> origins.put(key, w.origin()));
    return written;
  }
}
