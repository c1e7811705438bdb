package org.consultrelay.load.net;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Changes of an {@link Impairment} in words: {@code 250kbit queue 200ms loss 1%}. What is not named
 * stays as it was; {@code clear} begins anew from a perfect line.
 */
final class ImpairmentWords {
  private ImpairmentWords() {}

  /**
   * Applies the words, from left to right.
   *
   * @throws ScriptException with the word that is wrong and what would be right
   */
  static Impairment apply(List<String> words, Impairment before) {
    ArrayDeque<String> rest = new ArrayDeque<>(words);
    Impairment now = before;
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      try {
        now = change(word, rest, now);
      } catch (IllegalArgumentException e) {
        // A number out of its range.
        throw new ScriptException(e.getMessage() == null ? word : e.getMessage());
      }
    }
    return now;
  }

  private static Impairment change(String word, ArrayDeque<String> rest, Impairment now) {
    if (Measures.isRate(word)) {
      return now.withRate(Measures.rate(word));
    }
    return switch (word) {
      case "clear" -> Impairment.NONE;
      case "rate" -> now.withRate(rate(value(word, rest)));
      case "queue" -> queue(value(word, rest), now);
      case "delay" -> now.withDelay(Measures.millis(value(word, rest)));
      case "jitter" -> jitter(Measures.millis(value(word, rest)), rest, now);
      case "loss" -> now.withLoss(Measures.percent(value(word, rest)));
      case "burst" -> burst(value(word, rest), now);
      case "reorder" -> now.withReorder(Measures.percent(value(word, rest)));
      case "duplicate" -> now.withDuplicate(Measures.percent(value(word, rest)));
      default ->
          throw new ScriptException(
              "'"
                  + word
                  + "' is not known, only a rate as 3mbit, rate, queue, delay, jitter, loss, burst,"
                  + " reorder, duplicate and clear");
    };
  }

  private static String value(String word, ArrayDeque<String> rest) {
    String value = rest.pollFirst();
    if (value == null) {
      throw new ScriptException("'" + word + "' needs a value behind it");
    }
    return value;
  }

  private static long rate(String value) {
    return value.equals("off") ? 0 : Measures.rate(value);
  }

  private static Impairment queue(String value, Impairment now) {
    if (value.equals("off")) {
      return now.withQueueMillis(0);
    }
    return Measures.isBytes(value)
        ? now.withQueueBytes(Measures.bytes(value))
        : now.withQueueMillis(Measures.millis(value));
  }

  private static Impairment jitter(double millis, ArrayDeque<String> rest, Impairment now) {
    boolean reordering = "reordering".equals(rest.peekFirst());
    if (reordering) {
      rest.removeFirst();
    }
    return now.withJitter(millis, reordering);
  }

  private static Impairment burst(String value, Impairment now) {
    return now.withBurst(value.equals("off") ? null : Measures.burst(value));
  }
}
