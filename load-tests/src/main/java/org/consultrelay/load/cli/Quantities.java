package org.consultrelay.load.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and shares as people type them. */
final class Quantities {
  private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");

  private Quantities() {}

  /**
   * A time as 500ms, 90s, 10m, 1.5h.
   *
   * @throws IllegalArgumentException with what is wrong and what would be right
   */
  static Duration time(String text) {
    Matcher matcher = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "is " + text + ", must be a time as 500ms, 90s, 10m or 1h");
    }
    double factor =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1e3;
          case "m" -> 60e3;
          default -> 3_600e3;
        };
    return Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(1)) * factor));
  }

  /**
   * A share as 0.2 or 20%.
   *
   * @throws IllegalArgumentException with what is wrong and what would be right
   */
  static double share(String text) {
    String digits = text.strip();
    boolean percent = digits.endsWith("%");
    try {
      double number =
          Double.parseDouble(percent ? digits.substring(0, digits.length() - 1) : digits);
      double share = percent ? number / 100 : number;
      if (share >= 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("is " + text + ", must be a share as 0.2 or 20%");
  }
}
