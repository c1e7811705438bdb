package org.consultrelay.relay.doctor;

/**
 * What one look found.
 *
 * @param check what was looked at, in one or two words
 * @param level how bad it is
 * @param seen what was seen
 * @param change what to change; empty when nothing need be
 */
public record Finding(String check, Level level, String seen, String change) {
  /** How bad something is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It works, but worse than it could, or not for everybody. */
    WARNING,
    /** It will not work. */
    PROBLEM;

    /** The level as it is printed. */
    public String label() {
      return switch (this) {
        case OK -> "ok";
        case WARNING -> "warning";
        case PROBLEM -> "problem";
      };
    }
  }

  static Finding ok(String check, String seen) {
    return new Finding(check, Level.OK, seen, "");
  }

  static Finding warning(String check, String seen, String change) {
    return new Finding(check, Level.WARNING, seen, change);
  }

  static Finding problem(String check, String seen, String change) {
    return new Finding(check, Level.PROBLEM, seen, change);
  }

  /** One line for people. */
  public String line() {
    String all = "%-8s %-13s %s".formatted(level.label(), check, seen);
    return (change.isEmpty() ? all : all + "; " + change).replaceAll("\\p{Cntrl}", " ");
  }
}
