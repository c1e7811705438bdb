package org.consultrelay.relay.ops;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules that names and labels keep, so that dashboards can rely on them: the prefix {@code
 * relay_}, base units, {@code _total} on counters and on nothing else, labels from small closed
 * sets (never a room, a person or an address).
 */
final class MetricName {
  /** More series than this under one name means that a label is not bounded. */
  static final int MOST_SERIES = 256;

  private static final Pattern NAME = Pattern.compile("relay(_[a-z0-9]+)+");
  private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_]{0,31}");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.:+/-]{1,64}");
  private static final Pattern NO_BASE_UNIT =
      Pattern.compile(
          ".*_(ms|millis|milliseconds|us|micros|microseconds|ns|nanos|nanoseconds|minutes|hours"
              + "|bits|bits_per_second|kb|kib|mb|mib|kilobytes|megabytes|percent)(_total)?");
  // Units and suffixes that Prometheus gives a meaning of its own.
  private static final Pattern RESERVED = Pattern.compile(".*_(count|sum|bucket|created|max|info)");
  private static final Pattern DISTRIBUTED =
      Pattern.compile(".*_(seconds|bytes_per_second|datagrams|score)");
  private static final Set<String> DIRECTIONS = Set.of("rx", "tx");

  private MetricName() {}

  static void checkCounter(String name) {
    check(name);
    require(name.endsWith("_total"), name, "a counter's name ends in _total");
  }

  static void checkGauge(String name) {
    check(name);
    require(!name.endsWith("_total"), name, "only a counter's name ends in _total");
  }

  static void checkHistogram(String name) {
    checkGauge(name);
    require(name.endsWith("_seconds"), name, "durations are in seconds and say so");
  }

  static void checkDistribution(String name) {
    checkGauge(name);
    require(
        DISTRIBUTED.matcher(name).matches(), name, "a histogram's name says what it counts last");
  }

  /** Checks names and values that follow each other in turn. */
  static void checkLabels(String name, String... labels) {
    require(labels.length % 2 == 0, name, "a label has a name and a value");
    for (int i = 0; i < labels.length; i += 2) {
      require(LABEL.matcher(labels[i]).matches(), name, "no label name: " + labels[i]);
      require(VALUE.matcher(labels[i + 1]).matches(), name, "no label value: " + labels[i + 1]);
      if (labels[i].equals("direction")) {
        require(DIRECTIONS.contains(labels[i + 1]), name, "a direction is rx or tx");
      }
    }
  }

  static void require(boolean condition, String name, String rule) {
    if (!condition) {
      throw new IllegalArgumentException("metric " + name + ": " + rule);
    }
  }

  private static void check(String name) {
    require(NAME.matcher(name).matches(), name, "names are relay_ and lower-case words");
    require(!NO_BASE_UNIT.matcher(name).matches(), name, "units are seconds, bytes and ratios");
    require(!RESERVED.matcher(name).matches(), name, "Prometheus adds this suffix itself");
  }
}
