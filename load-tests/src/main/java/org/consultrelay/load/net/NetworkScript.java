package org.consultrelay.load.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a line changes over time. A line of text for each change, in order:
 *
 * <pre>
 * # a meeting in a train
 * 0s  both 3mbit delay 40ms
 * 10s both 250kbit queue 200ms
 * 20s up   loss 100%
 * 25s up   loss 0
 * </pre>
 *
 * First the time since the start, then {@code up}, {@code down} or {@code both}, then what changes;
 * all else stays as it was. {@code #} begins a remark.
 *
 * @param steps in order of time
 */
public record NetworkScript(List<Step> steps) {
  /**
   * One change.
   *
   * @param atNanos when, since the start
   * @param directions what it is done to
   * @param words what is done
   */
  public record Step(long atNanos, List<Direction> directions, List<String> words) {
    /** Copies the lists. */
    public Step {
      directions = List.copyOf(directions);
      words = List.copyOf(words);
    }

    /** What a direction is like from then on. */
    public Impairment applyTo(Impairment before) {
      return ImpairmentWords.apply(words, before);
    }
  }

  /** Copies the list. */
  public NetworkScript {
    steps = List.copyOf(steps);
  }

  /**
   * Reads a script.
   *
   * @throws ScriptException with the number of the line and what is wrong with it
   */
  public static NetworkScript parse(String text) {
    List<Step> steps = new ArrayList<>();
    List<String> lines = text.lines().toList();
    long last = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      try {
        Step step = step(line);
        if (step.atNanos < last) {
          throw new ScriptException("its time is before that of the line above");
        }
        last = step.atNanos;
        steps.add(step);
      } catch (ScriptException e) {
        throw new ScriptException("line " + (i + 1) + ": " + e.getMessage());
      }
    }
    return new NetworkScript(steps);
  }

  /**
   * One change of a direction in words, without a time: {@code 3mbit delay 40ms}.
   *
   * @throws ScriptException with the word that is wrong
   */
  public static Impairment change(Impairment before, String text) {
    String words = text.strip();
    return words.isEmpty() ? before : ImpairmentWords.apply(words(words), before);
  }

  private static Step step(String line) {
    List<String> words = words(line);
    if (words.size() < 3) {
      throw new ScriptException(
          "must have a time, up, down or both, and what changes, as: 10s both loss 1%");
    }
    long at = Math.round(Measures.millis(words.get(0)) * 1e6);
    List<Direction> directions =
        switch (words.get(1)) {
          case "up" -> List.of(Direction.UP);
          case "down" -> List.of(Direction.DOWN);
          case "both" -> List.of(Direction.UP, Direction.DOWN);
          default -> throw new ScriptException("'" + words.get(1) + "' must be up, down or both");
        };
    Step step = new Step(at, directions, words.subList(2, words.size()));
    // Whatever the line was like before, these words mean something or do not.
    Impairment _ = step.applyTo(Impairment.NONE);
    return step;
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.toLowerCase(Locale.ROOT).split("\\s+"));
  }
}
