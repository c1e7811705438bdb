package org.consultrelay.load.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.consultrelay.load.run.RunResult;

/** A figure of a run by the name that expectations and reports know it by. */
public enum Figure {
  /** Share of the scheduled participants who came in. */
  JOIN_SUCCESS("join.success", Unit.SHARE, RunResult::joinSuccess),
  /** From a join's begin to media that can flow. */
  JOIN_P50("join.p50", Unit.TIME, result -> millis(result.join(), 50)),
  /** See {@link #JOIN_P50}. */
  JOIN_P95("join.p95", Unit.TIME, result -> millis(result.join(), 95)),
  /** See {@link #JOIN_P50}. */
  JOIN_P99("join.p99", Unit.TIME, result -> millis(result.join(), 99)),
  /** See {@link #JOIN_P50}. */
  JOIN_MAX("join.max", Unit.TIME, result -> millis(result.join(), 100)),
  /** From the wish to hear somebody to their first packet. */
  FIRST_AUDIO_P50("firstaudio.p50", Unit.TIME, result -> millis(result.firstAudio(), 50)),
  /** See {@link #FIRST_AUDIO_P50}. */
  FIRST_AUDIO_P99("firstaudio.p99", Unit.TIME, result -> millis(result.firstAudio(), 99)),
  /** From the wish to see somebody to all of their first key frame. */
  FIRST_FRAME_P50("firstframe.p50", Unit.TIME, result -> millis(result.firstKeyFrame(), 50)),
  /** See {@link #FIRST_FRAME_P50}. */
  FIRST_FRAME_P99("firstframe.p99", Unit.TIME, result -> millis(result.firstKeyFrame(), 99)),
  /** Share of packets that never came. */
  LOSS("loss", Unit.SHARE, RunResult::loss),
  /** Share of packets that did not come by themselves. */
  NETWORK_LOSS("loss.network", Unit.SHARE, RunResult::networkLoss),
  /** From sending to arrival. */
  LATENCY_P50("latency.p50", Unit.TIME, result -> millis(result.latency(), 50)),
  /** See {@link #LATENCY_P50}. */
  LATENCY_P95("latency.p95", Unit.TIME, result -> millis(result.latency(), 95)),
  /** See {@link #LATENCY_P50}. */
  LATENCY_P99("latency.p99", Unit.TIME, result -> millis(result.latency(), 99)),
  /** See {@link #LATENCY_P50}. */
  LATENCY_MAX("latency.max", Unit.TIME, result -> millis(result.latency(), 100)),
  /** From when a packet was due to its arrival. */
  CORRECTED_P99("latency.corrected.p99", Unit.TIME, result -> millis(result.corrected(), 99)),
  /** By which the tester sent late. */
  LATENESS_P99("lateness.p99", Unit.TIME, result -> millis(result.lateness(), 99)),
  /** Joins and plays that failed. */
  FAILURES("failures", Unit.COUNT, RunResult::failureCount),
  /** Connections that ended though nobody wanted it. */
  DROPOUTS("dropouts", Unit.COUNT, RunResult::dropouts),
  /** Packets of a wrong publisher, damaged or undecipherable. */
  WRONG("wrong", Unit.COUNT, RunResult::wrong),
  /** Packets that came twice. */
  DUPLICATES("duplicates", Unit.COUNT, RunResult::duplicates),
  /** Processor time of the relay for each packet that receivers got, in microseconds. */
  SERVER_COST(
      "server.cpu-per-packet",
      Unit.TIME,
      result -> result.serverCpuSeconds() * 1e3 / result.traffic().received());

  /** What a figure is measured in. */
  public enum Unit {
    /** 0 to 1; written as a percentage or a plain number. */
    SHARE,
    /** Milliseconds; written with us, ms or s. */
    TIME,
    /** A plain number. */
    COUNT
  }

  private final String label;
  private final Unit unit;

  @SuppressWarnings("ImmutableEnumChecker") // method references without state
  private final ToDoubleFunction<RunResult> value;

  Figure(String label, Unit unit, ToDoubleFunction<RunResult> value) {
    this.label = label;
    this.unit = unit;
    this.value = value;
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? Double.NaN
        : histogram.getValueAtPercentile(percentile) / 1e3;
  }

  /** The name, as expectations write it. */
  public String label() {
    return label;
  }

  /** What it is measured in. */
  public Unit unit() {
    return unit;
  }

  /** The figure of a run: a share, milliseconds or a count; NaN when the run has none. */
  public double of(RunResult result) {
    return value.applyAsDouble(result);
  }

  /** The figure as people write it. */
  public String format(double figure) {
    if (Double.isNaN(figure)) {
      return "none";
    }
    return switch (unit) {
      case SHARE ->
          String.format(Locale.ROOT, figure > 0.001 ? "%.2f %%" : "%.4f %%", figure * 100);
      case TIME ->
          figure >= 10_000
              ? String.format(Locale.ROOT, "%.1f s", figure / 1e3)
              : String.format(Locale.ROOT, figure >= 10 ? "%.0f ms" : "%.3f ms", figure);
      case COUNT -> String.format(Locale.ROOT, "%.0f", figure);
    };
  }

  /** The figure of that name. */
  public static Optional<Figure> named(String name) {
    return Arrays.stream(values()).filter(figure -> figure.label.equals(name)).findFirst();
  }

  /** All names, for people who guessed a wrong one. */
  public static String names() {
    return Arrays.stream(values()).map(Figure::label).collect(Collectors.joining(", "));
  }
}
