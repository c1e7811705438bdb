package org.consultrelay.load.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.consultrelay.load.peer.StreamTotals;
import org.consultrelay.load.run.Interval;
import org.consultrelay.load.run.RunResult;

/** A report for programs; docs/load-tests.md describes it. */
public final class ReportJson {
  /** The form's name; the number grows when something changes its meaning or goes. */
  public static final String SCHEMA = "consult-relay-load-report/1";

  private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 100};
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportJson() {}

  /** Writes it. */
  public static ObjectNode of(Report report) {
    RunResult result = report.result();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("title", report.title());
    root.put("begun", report.begun().toString());
    root.put("met", report.met());
    root.put("verdict", report.verdict());
    ObjectNode settings = root.putObject("settings");
    report.settings().forEach(settings::put);
    root.put("seconds", result.seconds());
    root.put("processors", report.processors());
    ObjectNode figures = root.putObject("figures");
    for (Figure figure : Figure.values()) {
      number(figures, figure.label(), figure.of(result));
    }
    ArrayNode expectations = root.putArray("expectations");
    for (Expectation.Outcome outcome : report.outcomes()) {
      ObjectNode node = expectations.addObject();
      node.put("expected", outcome.expectation().text());
      node.put("seen", outcome.seen());
      number(node, "value", outcome.value());
      node.put("met", outcome.met());
    }
    ArrayNode remarks = root.putArray("remarks");
    report.remarks().forEach(remarks::add);
    ObjectNode failures = root.putObject("failures");
    result.failures().forEach(failures::put);
    root.set("packets", packets(result.totals()));
    root.set("traffic", MAPPER.valueToTree(result.traffic()));
    number(root, "serverCpuSeconds", result.serverCpuSeconds());
    number(root, "testerCpuSeconds", result.testerCpuSeconds());
    ObjectNode distributions = root.putObject("distributionsMillis");
    distributions.set("join", distribution(result.join()));
    distributions.set("firstAudio", distribution(result.firstAudio()));
    distributions.set("firstFrame", distribution(result.firstKeyFrame()));
    distributions.set("latency", distribution(result.latency()));
    distributions.set("latencyCorrected", distribution(result.corrected()));
    distributions.set("lateness", distribution(result.lateness()));
    root.set("joinCurve", curve(result.join()));
    root.set("intervals", intervals(result));
    return root;
  }

  private static ObjectNode packets(StreamTotals totals) {
    return MAPPER.valueToTree(totals);
  }

  private static ObjectNode distribution(Histogram histogram) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("count", histogram.getTotalCount());
    if (histogram.getTotalCount() > 0) {
      for (double percentile : PERCENTILES) {
        String name = percentile == 100 ? "max" : "p" + (percentile + "").replaceAll("\\.0$", "");
        node.put(name, histogram.getValueAtPercentile(percentile) / 1e3);
      }
      node.put("mean", histogram.getMean() / 1e3);
    }
    return node;
  }

  /** How many had come in within which time: two columns, milliseconds and percent. */
  private static ObjectNode curve(Histogram histogram) {
    ObjectNode node = MAPPER.createObjectNode();
    ArrayNode millis = node.putArray("millis");
    ArrayNode percent = node.putArray("percent");
    if (histogram.getTotalCount() > 0) {
      for (HistogramIterationValue value : histogram.recordedValues()) {
        millis.add(value.getValueIteratedTo() / 1e3);
        percent.add(value.getPercentileLevelIteratedTo());
      }
    }
    return node;
  }

  /** Columns, because charts and spreadsheets want those. */
  private static ObjectNode intervals(RunResult result) {
    ObjectNode columns = MAPPER.createObjectNode();
    column(columns, "second", result, Interval::second);
    column(columns, "participants", result, Interval::participants);
    column(columns, "consultations", result, Interval::consultations);
    column(columns, "knocks", result, Interval::knocks);
    column(columns, "refusals", result, Interval::refusals);
    column(columns, "joins", result, Interval::joins);
    column(columns, "failures", result, Interval::failures);
    column(columns, "sent", result, Interval::sent);
    column(columns, "received", result, Interval::received);
    column(columns, "receivedBytes", result, Interval::receivedBytes);
    column(columns, "lossPercent", result, i -> percent(i.lost(), i.expected()));
    column(columns, "networkLossPercent", result, i -> percent(i.lostOnNetwork(), i.expected()));
    column(columns, "latencyP50", result, Interval::latencyP50);
    column(columns, "latencyP99", result, Interval::latencyP99);
    column(columns, "latencyMax", result, Interval::latencyMax);
    column(columns, "correctedP99", result, Interval::correctedP99);
    column(columns, "latenessP99", result, Interval::latenessP99);
    column(columns, "testerCpu", result, Interval::testerCpu);
    column(columns, "serverCpu", result, Interval::serverCpu);
    column(columns, "serverMemory", result, Interval::serverMemory);
    column(columns, "serverLateMax", result, Interval::serverLateMax);
    column(columns, "serverHeadroom", result, Interval::serverHeadroom);
    column(columns, "serverOverload", result, Interval::serverOverload);
    return columns;
  }

  private static double percent(long part, long whole) {
    return whole <= 0 ? 0 : Math.max(0, 100.0 * part / whole);
  }

  private static void column(
      ObjectNode columns, String name, RunResult result, ToDoubleFunction<Interval> value) {
    ArrayNode column = columns.putArray(name);
    for (Interval interval : result.intervals()) {
      double number = value.applyAsDouble(interval);
      if (Double.isFinite(number)) {
        column.add(Math.round(number * 1_000) / 1e3);
      } else {
        column.addNull();
      }
    }
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
