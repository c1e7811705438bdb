package org.consultrelay.relay.ops;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.consultrelay.relay.wire.Distribution;

/** Shows distributions that others keep as the histogram of one name. */
final class DistributionFamily implements Collector {
  private final String name;
  private final String help;
  private final double divisor;
  private final List<Series> all = new CopyOnWriteArrayList<>();

  /** What one set of labels stands for: the sum of several of the same bounds. */
  private record Series(Labels labels, List<Distribution> parts) {}

  /**
   * A name without series.
   *
   * @param divisor how many of the distributions' units make one of the name's, 1e9 where
   *     nanoseconds are shown as seconds
   */
  DistributionFamily(String name, String help, double divisor) {
    this.name = name;
    this.help = help;
    this.divisor = divisor;
  }

  void add(List<Distribution> parts, String... labels) {
    all.add(new Series(Labels.of(labels), List.copyOf(parts)));
  }

  @Override
  @SuppressWarnings("deprecation") // the registry tells families apart by it, and by nothing newer
  public String getPrometheusName() {
    return name;
  }

  @Override
  public MetricSnapshot collect() {
    HistogramSnapshot.Builder snapshot = HistogramSnapshot.builder().name(name).help(help);
    for (Series each : all) {
      snapshot.dataPoint(point(each));
    }
    return snapshot.build();
  }

  private HistogramDataPointSnapshot point(Series series) {
    Distribution first = series.parts.getFirst();
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < first.buckets(); i++) {
      long count = 0;
      for (Distribution part : series.parts) {
        count += part.count(i);
      }
      boolean last = i == first.buckets() - 1;
      buckets.bucket(last ? Double.POSITIVE_INFINITY : first.bound(i) / divisor, count);
    }
    double sum = 0;
    for (Distribution part : series.parts) {
      sum += part.sum();
    }
    return HistogramDataPointSnapshot.builder()
        .labels(series.labels)
        .classicHistogramBuckets(buckets.build())
        .sum(sum / divisor)
        .build();
  }
}
