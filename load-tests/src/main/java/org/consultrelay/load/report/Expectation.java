package org.consultrelay.load.report;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.load.run.RunResult;

/**
 * What a run has to show: {@code join.success=100%}, {@code loss<0.1%}, {@code join.p99<2s}.
 *
 * @param text as it was written
 * @param figure what is looked at
 * @param comparison how
 * @param bound with what, in the figure's own unit
 */
public record Expectation(String text, Figure figure, Comparison comparison, double bound) {
  private static final Pattern SHAPE =
      Pattern.compile(
          "\\s*([a-zA-Z][a-zA-Z0-9.\\-]*)\\s*(<=|>=|<|>|==?)\\s*([0-9.]+)\\s*([a-z%µ]*)\\s*");

  /** A percentage that prints as 100 is 100. */
  private static final double TOLERANCE = 1e-9;

  /** How a figure compares with its bound. */
  public enum Comparison {
    /** Less. */
    LESS("<"),
    /** Less or equal. */
    AT_MOST("<="),
    /** Equal. */
    EQUAL("="),
    /** Greater or equal. */
    AT_LEAST(">="),
    /** Greater. */
    GREATER(">");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    static Comparison of(String sign) {
      for (Comparison each : values()) {
        if (each.sign.equals(sign.equals("==") ? "=" : sign)) {
          return each;
        }
      }
      throw new IllegalArgumentException(sign);
    }

    boolean holds(double value, double bound) {
      return switch (this) {
        case LESS -> value < bound;
        case AT_MOST -> value <= bound + TOLERANCE;
        case EQUAL -> Math.abs(value - bound) <= TOLERANCE;
        case AT_LEAST -> value >= bound - TOLERANCE;
        case GREATER -> value > bound;
      };
    }
  }

  /**
   * Reads an expectation.
   *
   * @throws IllegalArgumentException with one line that says what is wrong and what would be right
   */
  public static Expectation parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no expectation; write a figure, one of < <= = >= >, and a bound, as in"
              + " join.p99<2s");
    }
    String name = matcher.group(1).toLowerCase(Locale.ROOT);
    Figure figure =
        Figure.named(name)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "': there is no figure "
                        + name
                        + "; known are "
                        + Figure.names()));
    return new Expectation(
        text.strip(),
        figure,
        Comparison.of(matcher.group(2)),
        bound(text, figure, matcher.group(3), matcher.group(4)));
  }

  private static double bound(String text, Figure figure, String digits, String unit) {
    double number;
    try {
      number = Double.parseDouble(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "': " + digits + " is no number", e);
    }
    double factor =
        switch (figure.unit()) {
          case SHARE -> unit.equals("%") ? 0.01 : unit.isEmpty() ? 1 : Double.NaN;
          case TIME ->
              switch (unit) {
                case "us", "µs" -> 0.001;
                case "ms" -> 1;
                case "s" -> 1_000;
                default -> Double.NaN;
              };
          case COUNT -> unit.isEmpty() ? 1 : Double.NaN;
        };
    if (Double.isNaN(factor)) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "': "
              + figure.label()
              + switch (figure.unit()) {
                case SHARE -> " is a share: write % or nothing behind the number";
                case TIME -> " is a time: write us, ms or s behind the number";
                case COUNT -> " is a count: write nothing behind the number";
              });
    }
    return number * factor;
  }

  /**
   * What came of it.
   *
   * @param expectation what was expected
   * @param value what the run has shown; NaN when it has nothing to show
   * @param met whether it is as expected; never when there is nothing to show
   */
  public record Outcome(Expectation expectation, double value, boolean met) {
    /** The figure as people write it. */
    public String seen() {
      return expectation.figure().format(value);
    }
  }

  /** Compares a run with it. */
  public Outcome check(RunResult result) {
    double value = figure.of(result);
    return new Outcome(this, value, !Double.isNaN(value) && comparison.holds(value, bound));
  }
}
