package org.consultrelay.relay.bwe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Draws a recording: rates above, the queue below, over time. */
final class SvgPlot {
  private static final int WIDTH = 860;
  private static final int LEFT = 60;
  private static final int RIGHT = 20;
  private static final int TOP = 46;
  private static final int RATES = 230;
  private static final int GAP = 34;
  private static final int QUEUE = 90;
  private static final int HEIGHT = TOP + RATES + GAP + QUEUE + 40;

  private final StringBuilder out = new StringBuilder();

  private SvgPlot() {}

  static void write(Recording recording, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, new SvgPlot().draw(recording));
  }

  private String draw(Recording recording) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            WIDTH,
            HEIGHT));
    text(LEFT, 18, "start", "#111", recording.scenario.title());
    legend(LEFT, "#999", "capacity, Mbit/s");
    legend(LEFT + 140, "#0a6", "target");
    legend(LEFT + 220, "#15c", "throughput");
    legend(LEFT + 320, "#c40", "longest queue, ms (below)");
    double seconds = recording.scenario.lengthNanos() / 1e9;
    double top = Math.ceil(2 * 1.15 * max(recording.capacity) / 1e6) / 2;
    for (double at = 0; at <= top; at += 0.5) {
      grid(TOP + RATES - at / top * RATES, String.format(Locale.ROOT, "%.1f", at));
    }
    for (int at = 0; at <= seconds; at += 10) {
      text(LEFT + at / seconds * width(), HEIGHT - 14, "middle", "#555", at + " s");
    }
    line(recording.capacity, 1e6 * top, TOP, RATES, "#999", 2);
    line(recording.throughput, 1e6 * top, TOP, RATES, "#15c", 1);
    line(recording.target, 1e6 * top, TOP, RATES, "#0a6", 1.6);
    double longest = Math.max(200, Math.ceil(max(recording.queueMs) / 100) * 100);
    int base = TOP + RATES + GAP;
    grid(base + QUEUE, "0");
    grid(base, String.format(Locale.ROOT, "%.0f", longest));
    grid(base + QUEUE - 150 / longest * QUEUE, longest > 400 ? "" : "150");
    line(recording.queueMs, longest, base, QUEUE, "#c40", 1.2);
    return out.append("</svg>\n").toString();
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static double width() {
    return WIDTH - LEFT - RIGHT;
  }

  private void text(double x, double y, String anchor, String colour, String text) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            colour,
            text));
  }

  private void legend(int x, String colour, String text) {
    out.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"28\" width=\"14\" height=\"3\" fill=\"%s\"/>\n",
            x,
            colour));
    text(x + 19, 34, "start", "#333", text);
  }

  private void grid(double y, String label) {
    out.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n",
            LEFT,
            WIDTH - RIGHT,
            y,
            y));
    text(LEFT - 6, y + 4, "end", "#555", label);
  }

  private void line(
      double[] values, double full, int top, int height, String colour, double thickness) {
    out.append(
        String.format(
            Locale.ROOT,
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" points=\"",
            colour,
            thickness));
    for (int i = 0; i < values.length; i++) {
      double x = LEFT + (i + 0.5) / values.length * width();
      double y = top + height - Math.min(1, values[i] / full) * height;
      out.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    out.append("\"/>\n");
  }
}
