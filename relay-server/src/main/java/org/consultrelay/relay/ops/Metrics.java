package org.consultrelay.relay.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.consultrelay.relay.wire.Distribution;

/**
 * The relay's metrics. Whoever counts keeps a plain field on its own thread and hands in how to
 * read it; it is read at scrape, on another thread. A plain {@code long} read that way may be a
 * moment old but never torn (64-bit JVM), which is all that a metric asks for, and counting costs
 * an addition.
 *
 * <p>Names are in full as Prometheus will show them. Labels are bounded; what breaks the rules in
 * {@link MetricName} is refused at registration, which is at start.
 */
public final class Metrics implements AutoCloseable {
  private static final String BUILD = "relay_build_info";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<String, Family> families = new HashMap<>();
  // Kept here because Micrometer holds what a function counter reads only weakly.
  private final List<Object> readers = new ArrayList<>();

  private final Map<String, DistributionFamily> distributions = new HashMap<>();

  private record Family(
      String type, String help, List<String> labelNames, Set<List<String>> series) {}

  /**
   * Metrics of this process: those of the JVM are there from the start.
   *
   * @param version of the relay, shown in {@code relay_build_info}
   */
  public Metrics(String version) {
    registry.throwExceptionOnRegistrationFailure();
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    // Micrometer cannot: it takes the suffix _info from gauges.
    String help = "Always 1; the labels say what is running.";
    families.put(
        BUILD,
        new Family(
            "info",
            help,
            List.of("version", "java"),
            Set.of(List.of("version", "…", "java", "…"))));
    Info.builder()
        .name(BUILD)
        .help(help)
        .labelNames("version", "java")
        .register(registry.getPrometheusRegistry())
        .setLabelValues(version, Runtime.version().toString());
  }

  /**
   * A counter that someone else keeps.
   *
   * @param name {@code relay_…_total}
   * @param help one sentence for people
   * @param value read at scrape, on any thread; never goes down
   * @param labels names and values in turn; the same names at each call with one metric name
   */
  public void counter(String name, String help, LongSupplier value, String... labels) {
    MetricName.checkCounter(name);
    register("counter", name, help, value, labels);
    FunctionCounter.builder(name, value, LongSupplier::getAsLong)
        .description(help)
        .tags(Tags.of(labels))
        .register(registry);
  }

  /**
   * A counter of seconds that someone else keeps in nanoseconds, e.g. time spent at work.
   *
   * @param name {@code relay_…_seconds_total}
   * @param help one sentence for people
   * @param nanos read at scrape, on any thread; never goes down
   * @param labels names and values in turn
   */
  public void secondsCounter(String name, String help, LongSupplier nanos, String... labels) {
    MetricName.checkCounter(name);
    MetricName.require(name.endsWith("_seconds_total"), name, "seconds are said in the name");
    register("counter", name, help, nanos, labels);
    FunctionCounter.builder(name, nanos, supplier -> supplier.getAsLong() / 1e9)
        .description(help)
        .tags(Tags.of(labels))
        .register(registry);
  }

  /**
   * A value that goes up and down, in base units (seconds, bytes, a ratio from 0 to 1, a number).
   *
   * @param name {@code relay_…}
   * @param help one sentence for people
   * @param value read at scrape, on any thread
   * @param labels names and values in turn
   */
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    MetricName.checkGauge(name);
    register("gauge", name, help, value, labels);
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .description(help)
        .tags(Tags.of(labels))
        .strongReference(true)
        .register(registry);
  }

  /**
   * A histogram of durations, for what happens per join or per call. Thread-safe, and not free: the
   * packet path keeps away from it.
   *
   * @param name {@code relay_…_seconds}
   * @param help one sentence for people
   * @param buckets upper bounds, rising
   * @param labels names and values in turn
   */
  public Timer histogram(String name, String help, List<Duration> buckets, String... labels) {
    MetricName.checkHistogram(name);
    register("histogram", name, help, buckets, labels);
    return Timer.builder(name)
        .description(help)
        .serviceLevelObjectives(buckets.toArray(Duration[]::new))
        .tags(Tags.of(labels))
        .register(registry);
  }

  /**
   * A histogram that others keep, each on its own thread.
   *
   * @param name {@code relay_…}, ending in what is counted: {@code _seconds}, {@code
   *     _bytes_per_second} or {@code _datagrams}
   * @param help one sentence for people
   * @param divisor how many units of the values make one of the name's: 1e9 where nanoseconds are
   *     shown as seconds; the same at each call with one name
   * @param parts of the same bounds, at least one; added up
   * @param labels names and values in turn
   */
  public synchronized void distribution(
      String name, String help, double divisor, List<Distribution> parts, String... labels) {
    MetricName.checkDistribution(name);
    register("histogram", name, help, parts, labels);
    DistributionFamily family = distributions.get(name);
    if (family == null) {
      family = new DistributionFamily(name, help, divisor);
      family.add(parts, labels);
      distributions.put(name, family);
      registry.getPrometheusRegistry().register(family);
    } else {
      family.add(parts, labels);
    }
  }

  /** What has been registered, by name. */
  public synchronized List<MetricFamily> families() {
    return families.entrySet().stream()
        .map(each -> {
          Family family = each.getValue();
          List<List<String>> series =
              family.series.stream()
                  .map(labels ->
                      IntStream.range(0, labels.size() / 2)
                          .mapToObj(i -> labels.get(2 * i + 1))
                          .toList())
                  .toList();
          return new MetricFamily(
              each.getKey(), family.type, family.help, family.labelNames, series);
        })
        .sorted(Comparator.comparing(MetricFamily::name))
        .toList();
  }

  private synchronized void register(
      String type, String name, String help, Object reader, String... labels) {
    MetricName.checkLabels(name, labels);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < labels.length; i += 2) {
      names.add(labels[i]);
    }
    Family family =
        families.computeIfAbsent(name, _ -> new Family(type, help, names, new LinkedHashSet<>()));
    MetricName.require(family.help.equals(help), name, "one name has one help text");
    MetricName.require(family.labelNames.equals(names), name, "its labels are " + names);
    MetricName.require(
        family.series.add(Arrays.asList(labels)), name, "there is one with these labels");
    MetricName.require(
        family.series.size() <= MetricName.MOST_SERIES, name, "too many different labels");
    readers.add(reader);
  }

  /**
   * Writes everything, in the newest text format that the client takes.
   *
   * @param accept the HTTP header {@code Accept}, may be empty
   */
  void scrape(OutputStream out, String accept) throws IOException {
    registry.scrape(out, contentType(accept));
  }

  /** The media type of the answer to this {@code Accept} header. */
  static String contentType(String accept) {
    return accept.contains("application/openmetrics-text")
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";
  }

  /** Stops listening to the garbage collectors. */
  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  /** A constant as the value of a label. */
  public static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
