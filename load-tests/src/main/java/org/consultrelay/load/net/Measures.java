package org.consultrelay.load.net;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as scripts have them. What is wrong is said by {@link ScriptException}. */
final class Measures {
  private static final Pattern NUMBER = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([a-z%]*)");

  private record Measure(double number, String unit) {
    /** What is no number has a unit that is none; zero needs no unit, if it may be without. */
    static Measure of(String text, String unitOfZero) {
      Matcher matcher = NUMBER.matcher(text.toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        return new Measure(0, "?");
      }
      double number = Double.parseDouble(matcher.group(1));
      String unit = matcher.group(2);
      return new Measure(number, unit.isEmpty() && number == 0 ? unitOfZero : unit);
    }
  }

  private Measures() {}

  /** A time in milliseconds: 200ms, 1.5s, 2m, 1h; only 0 needs no unit. */
  static double millis(String text) {
    Measure measure = Measure.of(text, "ms");
    return switch (measure.unit) {
      case "ms" -> measure.number;
      case "s" -> measure.number * 1e3;
      case "m" -> measure.number * 60e3;
      case "h" -> measure.number * 3_600e3;
      default -> throw new ScriptException("'" + text + "' is no time as 200ms, 1.5s or 2m");
    };
  }

  /** Bits in a second: 250kbit, 3mbit, 1gbit; 0 is no limit. */
  static long rate(String text) {
    Measure measure = Measure.of(text, "bit");
    return switch (measure.unit) {
      case "bit" -> Math.round(measure.number);
      case "kbit" -> Math.round(measure.number * 1e3);
      case "mbit" -> Math.round(measure.number * 1e6);
      case "gbit" -> Math.round(measure.number * 1e9);
      default -> throw new ScriptException("'" + text + "' is no rate as 250kbit or 3mbit");
    };
  }

  /** Whether it is a rate by its unit. */
  static boolean isRate(String text) {
    return Measure.of(text, "").unit.endsWith("bit");
  }

  /** Bytes: 1500b, 64kb, 1mb (1 kB is 1000 bytes). */
  static long bytes(String text) {
    Measure measure = Measure.of(text, "");
    return switch (measure.unit) {
      case "b" -> Math.round(measure.number);
      case "kb" -> Math.round(measure.number * 1e3);
      case "mb" -> Math.round(measure.number * 1e6);
      default -> throw new ScriptException("'" + text + "' is no size as 1500b or 64kB");
    };
  }

  /** Whether it is a size by its unit. */
  static boolean isBytes(String text) {
    String unit = Measure.of(text, "").unit;
    return unit.equals("b") || unit.equals("kb") || unit.equals("mb");
  }

  /** A percentage: 1%, 0.5%; only 0 needs no sign. */
  static double percent(String text) {
    Measure measure = Measure.of(text, "%");
    if (!measure.unit.equals("%")) {
      throw new ScriptException("'" + text + "' is no percentage as 1% or 0.5%");
    }
    return measure.number;
  }

  /** Two lengths of packets: 95/5. */
  static Burst burst(String text) {
    String[] lengths = text.split("/", -1);
    try {
      if (lengths.length == 2) {
        return new Burst(Double.parseDouble(lengths[0]), Double.parseDouble(lengths[1]));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new ScriptException("'" + text + "' is no burst as 95/5, or off");
  }
}
