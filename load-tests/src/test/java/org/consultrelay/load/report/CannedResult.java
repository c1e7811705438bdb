package org.consultrelay.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.consultrelay.load.peer.StreamTotals;
import org.consultrelay.load.run.Interval;
import org.consultrelay.load.run.RunResult;

/** A run that never was. */
final class CannedResult {
  private CannedResult() {}

  static RunResult with(
      Map<String, Integer> failures, long lost, long socketDrops, long lateMicros) {
    List<Interval> intervals = new ArrayList<>();
    for (int second = 1; second <= 20; second++) {
      intervals.add(
          new Interval(
              second,
              10 * second,
              5 * second,
              14,
              3,
              10,
              0,
              500L * second,
              480L * second,
              100_000L * second,
              480L * second,
              3,
              1,
              0.4,
              3.5,
              9,
              4.5,
              1.2,
              0.4,
              second < 3 ? Double.NaN : 0.5,
              2.5e8,
              2,
              0.5,
              1));
    }
    return new RunResult(
        20,
        200,
        200 - failures.values().stream().mapToInt(Integer::intValue).sum(),
        failures,
        0,
        new StreamTotals(100_000, 300, 300 - lost, lost, 0, 0, 0, 0, 4, 0, 0),
        new RunResult.Traffic(
            101_000, 20_000_000, 100_000, 19_000_000, 0, 0, 0, 300, 0, 0, 2, 9, 0, socketDrops, 77),
        histogram(100_000, 200_000, 1_900_000),
        histogram(60_000, 70_000),
        histogram(90_000, 95_000),
        histogram(400, 500, 3_000),
        histogram(500, 600, 4_000),
        histogram(lateMicros),
        intervals,
        12.5,
        9);
  }

  static RunResult good() {
    return with(Map.of(), 0, 0, 800);
  }

  private static Histogram histogram(long... micros) {
    Histogram histogram = new Histogram(600_000_000, 3);
    for (long each : micros) {
      histogram.recordValue(each);
    }
    return histogram;
  }
}
