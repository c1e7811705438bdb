package org.consultrelay.relay;

import java.util.List;
import java.util.Locale;
import org.consultrelay.relay.sfu.LineSummary;

/** How a call was, in one line for the log: what is not known is left out. */
final class QualityText {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BITS_PER_KBIT = 1e3;

  private final StringBuilder text = new StringBuilder();

  private QualityText() {}

  /** Of a connection that lasted so long. */
  static String of(LineSummary line, long nanos) {
    QualityText made = new QualityText();
    made.text.append(String.format(Locale.ROOT, "after %.0f s", nanos / NANOS_PER_SECOND));
    if (line.hasMedia()) {
      made.packets(line);
      made.times(line);
      made.pictures(line);
    }
    return made.text.toString();
  }

  private void packets(LineSummary line) {
    add("score %.1f, lowest %.1f", line.score() > 0, line.score(), line.lowestScore());
    add(
        "in %d packets, %.1f %% lost",
        line.packetsIn() > 0, line.packetsIn(), line.lossInPercent());
    add(
        "out %d packets, %.1f %% lost",
        line.packetsOut() > 0, line.packetsOut(), line.lossOutPercent());
  }

  private void times(LineSummary line) {
    add(
        "round trip %.0f ms, longest %.0f ms",
        line.roundTripNanos() > 0,
        line.roundTripNanos() / NANOS_PER_MILLI,
        line.worstRoundTripNanos() / NANOS_PER_MILLI);
    add(
        "jitter %.0f ms in, %.0f ms out",
        line.jitterInNanos() + line.jitterOutNanos() > 0,
        line.jitterInNanos() / NANOS_PER_MILLI,
        line.jitterOutNanos() / NANOS_PER_MILLI);
    add(
        "line %.0f kbit/s, lowest %.0f kbit/s",
        line.lineBits() > 0,
        line.lineBits() / BITS_PER_KBIT,
        line.lowestLineBits() / BITS_PER_KBIT);
  }

  private void pictures(LineSummary line) {
    List<Integer> sizes = line.secondsAtSize();
    int all = line.secondsStalled() + sizes.stream().mapToInt(Integer::intValue).sum();
    if (all == 0) {
      return;
    }
    add("%d freezes of %.1f s", true, line.freezes(), line.freezeNanos() / NANOS_PER_SECOND);
    text.append("; pictures");
    for (int i = 0; i < sizes.size(); i++) {
      text.append(String.format(Locale.ROOT, " %d: %.0f %%,", i, 100.0 * sizes.get(i) / all));
    }
    text.append(String.format(Locale.ROOT, " none: %.0f %%", 100.0 * line.secondsStalled() / all));
  }

  private void add(String format, boolean known, Object... values) {
    if (known) {
      text.append("; ").append(String.format(Locale.ROOT, format, values));
    }
  }
}
