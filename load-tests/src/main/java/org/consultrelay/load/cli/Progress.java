package org.consultrelay.load.cli;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.consultrelay.load.run.LiveFigures;
import org.jspecify.annotations.Nullable;

/** Shows how a run goes: a bar on a terminal, a line every few seconds elsewhere. */
final class Progress implements AutoCloseable {
  private static final int LINE_EVERY_SECONDS = 5;
  private static final int REDRAW_MILLIS = 500;

  private final PrintStream out;
  private final @Nullable ProgressBar bar;
  private double nextLine;

  /**
   * A run that begins.
   *
   * @param seconds that it is to take
   * @param terminal whether there is one to draw on
   */
  Progress(double seconds, PrintStream out, boolean terminal) {
    this.out = out;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName("load")
                .setInitialMax(Math.round(seconds))
                .setUnit(" s", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .hideEta()
                .build()
            : null;
  }

  void show(LiveFigures figures) {
    if (bar != null) {
      bar.stepTo(Math.round(figures.seconds()));
      bar.setExtraMessage(line(figures));
    } else if (figures.seconds() >= nextLine) {
      nextLine = figures.seconds() + LINE_EVERY_SECONDS;
      out.printf(Locale.ROOT, "%5.0f s  %s%n", figures.seconds(), line(figures));
    }
  }

  private static String line(LiveFigures figures) {
    String server =
        Double.isNaN(figures.serverCpu())
            ? ""
            : String.format(Locale.ROOT, ", relay CPU %.2f", figures.serverCpu());
    return String.format(
        Locale.ROOT,
        "in %d, joined %d/%d, failed %d, packets %,d, lost %d%s, latency %.1f/%.1f ms%s",
        figures.participants(),
        figures.joined(),
        figures.expectedJoins(),
        figures.failed(),
        figures.received(),
        figures.lost(),
        figures.wrong() == 0 ? "" : ", WRONG " + figures.wrong(),
        figures.latencyP50(),
        figures.latencyP99(),
        server);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
