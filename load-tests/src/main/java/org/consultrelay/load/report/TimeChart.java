package org.consultrelay.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves over time in panels one below the other, as SVG that needs nothing else: for documents and
 * reviews.
 */
final class TimeChart {
  private static final int WIDTH = 860;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 44;
  private static final int PANEL = 120;
  private static final int GAP = 46;
  private static final int TICKS = 4;

  private final StringBuilder out = new StringBuilder();
  private final double[] seconds;
  private final double end;
  private final List<Panel> panels = new ArrayList<>();

  /**
   * One panel.
   *
   * @param title what it shows, with its unit
   * @param least the least that its scale reaches up to
   * @param limit where a dashed line is drawn; NaN for none
   * @param curves what is drawn
   */
  record Panel(String title, double least, double limit, List<Curve> curves) {
    double top() {
      double most = Double.isNaN(limit) ? least : Math.max(least, limit * 1.2);
      for (Curve curve : curves) {
        for (double value : curve.values()) {
          // NaN stays out: no comparison with it is true.
          most = value > most ? value : most;
        }
      }
      return round(most);
    }

    /** A number that divides well, at or above. */
    private static double round(double value) {
      double power = Math.pow(10, Math.floor(Math.log10(value)));
      for (double step : new double[] {1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10}) {
        if (step * power >= value * 0.999_999) {
          return step * power;
        }
      }
      return value;
    }
  }

  /**
   * One curve.
   *
   * @param name for the legend
   * @param colour as SVG writes it
   * @param values one for each time; NaN is left out
   */
  record Curve(String name, String colour, List<Double> values) {
    /** Copies the values. */
    Curve {
      values = List.copyOf(values);
    }
  }

  /** A chart over these times, in seconds. */
  TimeChart(double[] seconds) {
    this.seconds = seconds.clone();
    this.end = seconds.length == 0 ? 1 : Math.max(1, seconds[seconds.length - 1]);
  }

  void add(Panel panel) {
    panels.add(panel);
  }

  /** Draws it. */
  String draw(String title) {
    int height = TOP + panels.size() * (PANEL + GAP) + 14;
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            WIDTH,
            height));
    text(LEFT, 20, "start", "#111", title);
    int top = TOP + 16;
    for (Panel panel : panels) {
      draw(panel, top);
      top += PANEL + GAP;
    }
    double step = end > 300 ? 60 : end > 60 ? 20 : 5;
    for (double at = 0; at <= end; at += step) {
      text(x(at), height - 10, "middle", "#555", number(at) + " s");
    }
    return out.append("</svg>\n").toString();
  }

  private void draw(Panel panel, int top) {
    double full = panel.top();
    text(LEFT, top - 8, "start", "#111", panel.title());
    double legend = WIDTH - RIGHT;
    for (Curve curve : panel.curves().reversed()) {
      legend -= 7.0 * curve.name().length() + 34;
      out.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.0f\" y=\"%d\" width=\"14\" height=\"3\" fill=\"%s\"/>\n",
              legend,
              top - 13,
              curve.colour()));
      text(legend + 19, top - 8, "start", "#333", curve.name());
    }
    for (int i = 0; i <= TICKS; i++) {
      double y = top + PANEL - (double) i / TICKS * PANEL;
      horizontal(y, "#ddd", "");
      text(LEFT - 6, y + 4, "end", "#555", number(full * i / TICKS));
    }
    if (!Double.isNaN(panel.limit())) {
      horizontal(top + PANEL - panel.limit() / full * PANEL, "#a33", " stroke-dasharray=\"5 4\"");
    }
    for (Curve curve : panel.curves()) {
      line(curve, full, top);
    }
  }

  private void line(Curve curve, double full, int top) {
    out.append(
        String.format(
            Locale.ROOT,
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" points=\"",
            curve.colour()));
    for (int i = 0; i < seconds.length; i++) {
      if (Double.isFinite(curve.values().get(i))) {
        double y = top + PANEL - Math.clamp(curve.values().get(i) / full, 0, 1) * PANEL;
        out.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(seconds[i]), y));
      }
    }
    out.append("\"/>\n");
  }

  private double x(double second) {
    return LEFT + second / end * (WIDTH - LEFT - RIGHT);
  }

  private void horizontal(double y, String colour, String style) {
    out.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>\n",
            LEFT,
            WIDTH - RIGHT,
            y,
            y,
            colour,
            style));
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
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
