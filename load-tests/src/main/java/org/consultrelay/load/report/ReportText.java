package org.consultrelay.load.report;

import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.consultrelay.load.run.RunResult;

/** A report for the terminal. */
public final class ReportText {
  private ReportText() {}

  /** Prints it. */
  public static void print(Report report, PrintStream out) {
    RunResult result = report.result();
    out.println();
    out.println(report.verdict());
    out.println();
    out.printf(
        "  %-34s %9s %10s %10s %10s %10s%n",
        "milliseconds", "count", "50 %", "95 %", "99 %", "longest");
    times(out, "joining", result.join());
    times(out, "hearing somebody", result.firstAudio());
    times(out, "seeing somebody", result.firstKeyFrame());
    times(out, "packets, from sending", result.latency());
    times(out, "packets, from when they were due", result.corrected());
    times(out, "the tester's own delay", result.lateness());
    out.println();
    out.printf(
        Locale.ROOT,
        "  %,d packets sent, %,d received; lost on the network %s, after repair %s; %d twice, %d"
            + " wrong%n",
        result.traffic().sent(),
        result.traffic().received(),
        Figure.NETWORK_LOSS.format(result.networkLoss()),
        Figure.LOSS.format(result.loss()),
        result.duplicates(),
        result.wrong());
    out.printf(
        Locale.ROOT,
        "  processor time: relay %.1f s%s, tester %.1f s, in %.1f s%n",
        result.serverCpuSeconds(),
        Double.isNaN(result.serverCpuSeconds())
            ? " (unknown)"
            : String.format(
                Locale.ROOT,
                " (%s for each packet received)",
                Figure.SERVER_COST.format(Figure.SERVER_COST.of(result))),
        result.testerCpuSeconds(),
        result.seconds());
    for (String remark : report.remarks()) {
      out.println();
      out.println("  Note: " + remark);
    }
    if (!report.outcomes().isEmpty()) {
      out.println();
      for (Expectation.Outcome outcome : report.outcomes()) {
        out.printf(
            "  %-7s %-28s seen: %s%n",
            outcome.met() ? "met" : "MISSED", outcome.expectation().text(), outcome.seen());
      }
    }
  }

  private static void times(PrintStream out, String name, Histogram histogram) {
    if (histogram.getTotalCount() == 0) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "  %-34s %,9d %10.2f %10.2f %10.2f %10.2f%n",
        name,
        histogram.getTotalCount(),
        histogram.getValueAtPercentile(50) / 1e3,
        histogram.getValueAtPercentile(95) / 1e3,
        histogram.getValueAtPercentile(99) / 1e3,
        histogram.getMaxValue() / 1e3);
  }
}
