package org.consultrelay.relay;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import org.consultrelay.relay.sfu.LineSummary;

/** How a call was, in one line for the log: what is not known is left out. */
final class QualityText {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BITS_PER_KBIT = 1e3;

  private final Formatter out = new Formatter(Locale.ROOT);

  private QualityText() {}

  /** Of a connection that lasted so long. */
  static String of(LineSummary line, long nanos) {
    QualityText made = new QualityText();
    made.out.format("after %.0f s", nanos / NANOS_PER_SECOND);
    if (line.hasMedia()) {
      made.packets(line);
      made.times(line);
      made.pictures(line);
    }
    return made.out.toString();
  }

  private void packets(LineSummary line) {
    if (line.score() > 0) {
      out.format("; score %.1f, lowest %.1f", line.score(), line.lowestScore());
    }
    if (line.packetsIn() > 0) {
      out.format("; in %d packets, %.1f %% lost", line.packetsIn(), line.lossInPercent());
    }
    if (line.packetsOut() > 0) {
      out.format("; out %d packets, %.1f %% lost", line.packetsOut(), line.lossOutPercent());
    }
  }

  private void times(LineSummary line) {
    if (line.roundTripNanos() > 0) {
      out.format(
          "; round trip %.0f ms, longest %.0f ms",
          line.roundTripNanos() / NANOS_PER_MILLI, line.worstRoundTripNanos() / NANOS_PER_MILLI);
    }
    if (line.jitterInNanos() + line.jitterOutNanos() > 0) {
      out.format(
          "; jitter %.0f ms in, %.0f ms out",
          line.jitterInNanos() / NANOS_PER_MILLI, line.jitterOutNanos() / NANOS_PER_MILLI);
    }
    if (line.lineBits() > 0) {
      out.format(
          "; line %.0f kbit/s, lowest %.0f kbit/s",
          line.lineBits() / BITS_PER_KBIT, line.lowestLineBits() / BITS_PER_KBIT);
    }
  }

  private void pictures(LineSummary line) {
    List<Integer> sizes = line.secondsAtSize();
    int all = line.secondsStalled() + sizes.stream().mapToInt(Integer::intValue).sum();
    if (all == 0) {
      return;
    }
    out.format(
        "; %d freezes of %.1f s; pictures", line.freezes(), line.freezeNanos() / NANOS_PER_SECOND);
    for (int i = 0; i < sizes.size(); i++) {
      out.format(" %d: %.0f %%,", i, 100.0 * sizes.get(i) / all);
    }
    out.format(" none: %.0f %%", 100.0 * line.secondsStalled() / all);
  }
}
