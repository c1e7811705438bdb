package org.consultrelay.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.consultrelay.load.run.Interval;

/** A report's course as one picture: who knocked, who was in, and how they fared. */
public final class ReportSvg {
  private static final String BLUE = "#005eb8";
  private static final String RED = "#d4351c";
  private static final String GREEN = "#00703c";

  /** Seconds over which rates are averaged: people come one by one. */
  private static final int SMOOTH = 5;

  private ReportSvg() {}

  /** Draws it. */
  public static String of(Report report) {
    List<Interval> all = report.result().intervals();
    TimeChart chart = new TimeChart(all.stream().mapToDouble(Interval::second).toArray());
    chart.add(
        new TimeChart.Panel(
            "People a second",
            1,
            Double.NaN,
            List.of(
                new TimeChart.Curve("knocked", "#999", rates(all, Interval::knocks)),
                new TimeChart.Curve("let in", GREEN, rates(all, Interval::joins)),
                new TimeChart.Curve("sent away (503)", RED, rates(all, Interval::refusals)))));
    chart.add(
        new TimeChart.Panel(
            "People who are in",
            10,
            Double.NaN,
            List.of(new TimeChart.Curve("in", BLUE, values(all, Interval::participants)))));
    chart.add(
        new TimeChart.Panel(
            "The relay's headroom, %",
            100,
            Double.NaN,
            List.of(
                new TimeChart.Curve(
                    "headroom", GREEN, values(all, each -> each.serverHeadroom() * 100)))));
    chart.add(
        new TimeChart.Panel(
            "Steps by which pictures are made smaller (4: sound only)",
            4,
            Double.NaN,
            List.of(new TimeChart.Curve("steps", BLUE, values(all, Interval::serverOverload)))));
    chart.add(
        new TimeChart.Panel(
            "Packets lost by those who are in, % (dashed: 0.1 %)",
            0.1,
            0.1,
            List.of(new TimeChart.Curve("lost", RED, values(all, ReportSvg::lossPercent)))));
    chart.add(
        new TimeChart.Panel(
            "Latency of packets from sending to arrival, ms",
            10,
            Double.NaN,
            List.of(
                new TimeChart.Curve("half within", "#6f42c1", values(all, Interval::latencyP50)),
                new TimeChart.Curve("99 % within", BLUE, values(all, Interval::latencyP99)))));
    return chart.draw(report.settings().getOrDefault("Profile", report.title()));
  }

  private static double lossPercent(Interval each) {
    return each.expected() <= 0 ? 0 : Math.max(0, 100.0 * each.lost() / each.expected());
  }

  private static List<Double> values(List<Interval> all, ToDoubleFunction<Interval> value) {
    return all.stream().mapToDouble(value).boxed().toList();
  }

  /** In a second, over the last seconds. */
  private static List<Double> rates(List<Interval> all, ToDoubleFunction<Interval> count) {
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int first = Math.max(0, i - SMOOTH + 1);
      double sum = 0;
      for (int j = first; j <= i; j++) {
        sum += count.applyAsDouble(all.get(j));
      }
      double from = first == 0 ? 0 : all.get(first - 1).second();
      rates.add(sum / Math.max(0.1, all.get(i).second() - from));
    }
    return rates;
  }
}
