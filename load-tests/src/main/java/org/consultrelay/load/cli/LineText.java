package org.consultrelay.load.cli;

import java.util.Locale;
import org.consultrelay.load.net.Impairment;
import org.consultrelay.load.net.LineCounts;

/** What a bad line's direction did in a time, in one short text. */
final class LineText {
  private LineText() {}

  /**
   * The text.
   *
   * @param counts of that time alone
   * @param seconds how long it was
   */
  static String of(LineCounts counts, double seconds) {
    return String.format(
            Locale.ROOT,
            "%7.0f kbit/s in %7.0f out, queue %4.0f ms",
            counts.bytesIn() * 8 / seconds / 1_000,
            counts.bytesDelivered() * 8 / seconds / 1_000,
            counts.queueMillis())
        + losses(counts);
  }

  /** The text of a whole run. */
  static String total(LineCounts counts) {
    return String.format(
            Locale.ROOT,
            "%,d packets in, %,d out, queue %.1f ms on average",
            counts.in(),
            counts.delivered(),
            counts.queueMillis())
        + losses(counts);
  }

  /** What a line is like, in the words of a script. */
  static String of(Impairment line) {
    StringBuilder text = new StringBuilder();
    if (line.bitsPerSecond() > 0) {
      add(text, "rate " + number(line.bitsPerSecond() / 1e3) + "kbit");
      if (line.queueBytes() > 0) {
        add(text, "queue " + line.queueBytes() + "b");
      } else if (line.queueMillis() > 0) {
        add(text, "queue " + number(line.queueMillis()) + "ms");
      } else {
        add(text, "queue off");
      }
    }
    if (line.delayMillis() > 0) {
      add(text, "delay " + number(line.delayMillis()) + "ms");
    }
    if (line.jitterMillis() > 0) {
      add(
          text,
          "jitter "
              + number(line.jitterMillis())
              + (line.jitterReorders() ? "ms reordering" : "ms"));
    }
    if (line.burst() != null) {
      add(text, "burst " + number(line.burst().good()) + "/" + number(line.burst().bad()));
    }
    percent(text, "loss ", line.lossPercent());
    percent(text, "reorder ", line.reorderPercent());
    percent(text, "duplicate ", line.duplicatePercent());
    return text.isEmpty() ? "clear" : text.toString();
  }

  private static String losses(LineCounts counts) {
    StringBuilder text = new StringBuilder();
    count(text, "lost", counts.lostAlone());
    count(text, "lost in bursts", counts.lostInBursts());
    count(text, "dropped by the queue", counts.lostToQueue());
    count(text, "reordered", counts.reordered());
    count(text, "doubled", counts.duplicated());
    return text.toString();
  }

  private static void count(StringBuilder text, String name, long count) {
    if (count > 0) {
      text.append(String.format(Locale.ROOT, ", %s %,d", name, count));
    }
  }

  private static void percent(StringBuilder text, String name, double percent) {
    if (percent > 0) {
      add(text, name + number(percent) + "%");
    }
  }

  private static void add(StringBuilder text, String words) {
    text.append(text.isEmpty() ? "" : " ").append(words);
  }

  private static String number(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
