package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.consultrelay.relay.ops.MetricFamily;
import org.consultrelay.relay.ops.PrometheusText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference of metrics says what a relay with every door open really has. */
class MetricsDocumentTest {
  @TempDir Path directory;

  @Test
  void theDocumentIsUpToDate() throws Exception {
    try (TestRelay relay =
        TestRelay.start(
            "127.0.0.1",
            TestCertificate.of("relay.example", "EC")
                .settings(
                    directory,
                    "tcp.tlsPort=0",
                    "tenants.north.roomPrefix=north-",
                    "tenants.north.keys=" + TestRelay.KEY,
                    "net.loops=1"))) {
      System.gc();
      PrometheusText scraped = scrape(relay.relay().opsPort());
      List<MetricFamily> families = relay.relay().metrics().families();
      assertThat(scraped.types().keySet())
          .filteredOn(name -> name.startsWith("relay_"))
          .map(name -> name.equals("relay_build") ? "relay_build_info" : name)
          .containsExactlyInAnyOrderElementsOf(families.stream().map(MetricFamily::name).toList());
      CommittedFile.check(
          "docs/metrics.md", MetricsDocument.of(families, scraped), MetricsDocumentTest.class);
    }
  }

  /** Until the collection that was asked for is in it: the JVM tells of it a moment later. */
  private static PrometheusText scrape(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
      while (true) {
        String text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        if (text.contains("\njvm_gc_pause_seconds_count")) {
          return PrometheusText.parse(text);
        }
        Thread.sleep(50);
      }
    }
  }
}
