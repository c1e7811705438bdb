package org.consultrelay.relay.ops;

import java.util.List;

/**
 * One metric name, for those who document it.
 *
 * @param name as Prometheus shows it; a histogram's without its suffixes
 * @param type {@code counter}, {@code gauge}, {@code histogram} or {@code info}
 * @param help one sentence for people
 * @param labels the names of its labels
 * @param series the values of its labels, one list for each series in the order of registration
 */
public record MetricFamily(
    String name, String type, String help, List<String> labels, List<List<String>> series) {
  /** Takes copies. */
  public MetricFamily {
    labels = List.copyOf(labels);
    series = List.copyOf(series);
  }

  /** Which values a label takes, each once. */
  public List<String> values(String label) {
    int at = labels.indexOf(label);
    return series.stream().map(each -> each.get(at)).distinct().toList();
  }
}
