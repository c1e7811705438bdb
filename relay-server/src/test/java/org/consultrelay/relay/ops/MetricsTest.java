package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.core.instrument.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.consultrelay.relay.wire.Distribution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private final Metrics metrics = new Metrics("1.2.3");

  /** What a loop has: a plain field. */
  private long packets;

  @AfterEach
  void close() {
    metrics.close();
  }

  private PrometheusText scrape() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.scrape(out, "text/plain");
    return PrometheusText.parse(out.toString(StandardCharsets.UTF_8));
  }

  private void registerSome() {
    for (String direction : List.of("rx", "tx")) {
      for (String loop : List.of("0", "1")) {
        metrics.counter(
            "relay_packets_total",
            "Media packets.",
            () -> packets,
            "loop",
            loop,
            "direction",
            direction);
      }
    }
    metrics.gauge("relay_rooms", "Rooms now.", () -> 3.0);
    metrics.secondsCounter(
        "relay_loop_busy_seconds_total", "Time at work.", () -> 1_500_000_000L, "loop", "0");
    Timer handshakes =
        metrics.histogram(
            "relay_dtls_handshake_seconds",
            "How long handshakes took.",
            List.of(Duration.ofMillis(100), Duration.ofSeconds(1)),
            "outcome",
            "ok");
    handshakes.record(Duration.ofMillis(40));
    handshakes.record(Duration.ofMillis(400));
  }

  @Test
  void fieldsAreReadAtScrape() throws IOException {
    registerSome();
    packets = 41;
    scrape();
    packets = 42;
    // The readers must survive a collection, though nobody else holds them.
    System.gc();
    PrometheusText text = scrape();
    assertThat(text.value("relay_packets_total{direction=\"rx\",loop=\"1\"}")).isEqualTo(42);
    assertThat(text.value("relay_rooms")).isEqualTo(3);
    assertThat(text.value("relay_loop_busy_seconds_total{loop=\"0\"}")).isEqualTo(1.5);
    assertThat(text.value("relay_dtls_handshake_seconds_count{outcome=\"ok\"}")).isEqualTo(2);
    assertThat(text.value("relay_dtls_handshake_seconds_bucket{outcome=\"ok\",le=\"0.1\"}"))
        .isEqualTo(1);
    assertThat(text.value("relay_dtls_handshake_seconds_sum{outcome=\"ok\"}")).isEqualTo(0.44);
  }

  @Test
  void theBuildAndTheJvmAreThereFromTheStart() throws IOException {
    PrometheusText text = scrape();
    assertThat(text.samples().keySet())
        .anyMatch(s -> s.startsWith("relay_build_info{") && s.contains("version=\"1.2.3\""));
    assertThat(text.types())
        .containsKeys(
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "jvm_classes_loaded_classes",
            "process_cpu_usage",
            "process_uptime_seconds");
  }

  @Test
  void everyMetricHasHelpAndTypeAndAProperName() throws IOException {
    registerSome();
    PrometheusText text = scrape();
    assertThat(text.samples()).hasSizeGreaterThan(30);
    for (String sample : text.samples().keySet()) {
      String family = text.familyOf(sample);
      assertThat(text.types()).as(sample).containsKey(family);
      assertThat(text.helps().get(family)).as(sample).isNotBlank();
      assertThat(family).matches("(relay|jvm|process|system)(_[a-z0-9]+)+");
      assertThat(family).doesNotMatch(".*_(ms|milliseconds|nanoseconds|bits|percent)(_total)?");
      assertThat(family.endsWith("_total"))
          .as(sample)
          .isEqualTo("counter".equals(text.types().get(family)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "packets_total",
        "relay_packets",
        "relay_Packets_total",
        "relay_packets-in_total",
        "relay_wait_ms_total",
        "relay_sent_bits_total",
        "relay_",
        "relay__x_total",
        "relay_\u00fc_total"
      })
  void aCounterWithAnImproperNameIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.counter(name, "Help.", () -> 0))
        .withMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relay_rooms_total",
        "relay_lateness_nanoseconds",
        "relay_busy_percent",
        "relay_rooms_count",
        "relay_rooms_max",
        "relay_rooms_info"
      })
  void aGaugeWithAnImproperNameIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.gauge(name, "Help.", () -> 0))
        .withMessageContaining(name);
  }

  @Test
  void distributionsOfSeveralLoopsAreOneHistogram() throws IOException {
    Distribution one = Distribution.ofMillis(1, 20);
    Distribution other = Distribution.ofMillis(1, 20);
    metrics.distribution(
        "relay_wait_seconds", "Waiting.", 1e9, List.of(one, other), "door", "front");
    metrics.distribution(
        "relay_wait_seconds", "Waiting.", 1e9, List.of(Distribution.ofMillis(5)), "door", "back");
    one.add(500_000);
    other.add(15_000_000);
    other.add(3_000_000_000L);
    PrometheusText text = scrape();
    assertThat(text.types()).containsEntry("relay_wait_seconds", "histogram");
    String front = "{door=\"front\",le=\"";
    assertThat(text.value("relay_wait_seconds_bucket" + front + "0.001\"}")).isEqualTo(1);
    assertThat(text.value("relay_wait_seconds_bucket" + front + "0.02\"}")).isEqualTo(2);
    assertThat(text.value("relay_wait_seconds_bucket" + front + "+Inf\"}")).isEqualTo(3);
    assertThat(text.value("relay_wait_seconds_sum{door=\"front\"}")).isEqualTo(3.0155);
    assertThat(text.value("relay_wait_seconds_count{door=\"back\"}")).isZero();
  }

  @Test
  void whatIsRegisteredCanBeListed() {
    metrics.counter("relay_drops_total", "Drops.", () -> 0, "reason", "full", "loop", "0");
    metrics.counter("relay_drops_total", "Drops.", () -> 0, "reason", "late", "loop", "0");
    assertThat(metrics.families())
        .contains(
            new MetricFamily(
                "relay_drops_total",
                "counter",
                "Drops.",
                List.of("reason", "loop"),
                List.of(List.of("full", "0"), List.of("late", "0"))));
    assertThat(metrics.families().getLast().values("loop")).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay_wait_total", "relay_wait", "relay_line_bits_per_second"})
  void aDistributionWithAnImproperNameIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.distribution(name, "Help.", 1, List.of(Distribution.of(1))))
        .withMessageContaining(name);
  }

  @Test
  void improperLabelsAreRefused() {
    for (String[] labels :
        List.of(
            new String[] {"direction", "in"},
            new String[] {"room"},
            new String[] {"Room", "x"},
            new String[] {"reason", ""},
            new String[] {"reason", "two words"},
            new String[] {"reason", "x".repeat(65)})) {
      assertThatIllegalArgumentException()
          .as(String.join(",", labels))
          .isThrownBy(() -> metrics.counter("relay_drops_total", "Help.", () -> 0, labels));
    }
  }

  @Test
  void oneNameMeansOneThing() {
    metrics.counter("relay_drops_total", "Drops.", () -> 0, "reason", "full");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> metrics.counter("relay_drops_total", "Drops.", () -> 0, "reason", "full"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.counter("relay_drops_total", "Drops.", () -> 0, "loop", "1"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> metrics.counter("relay_drops_total", "Other.", () -> 0, "reason", "late"));
  }

  @Test
  void aLabelThatIsNotBoundedIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> {
          for (int i = 0; i <= MetricName.MOST_SERIES; i++) {
            metrics.counter("relay_x_total", "Help.", () -> 0, "room", "r" + i);
          }
        })
        .withMessageContaining("too many");
  }
}
