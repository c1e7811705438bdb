package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.consultrelay.relay.config.OpsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class OpsServerTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final Metrics metrics = new Metrics("test");
  private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
  private final HttpClient client = HttpClient.newHttpClient();
  private OpsServer server;
  private int port;

  @BeforeEach
  void start(Vertx vertx) {
    HealthCheck live = new HealthCheck("loops", Optional::empty);
    HealthCheck ready = new HealthCheck("media ports", trouble::get);
    server =
        new OpsServer(
            vertx, new OpsConfig(LOOPBACK, 0), metrics, List.of(live), List.of(live, ready));
    port = server.start().await();
  }

  @AfterEach
  void stop() {
    server.stop().await();
    metrics.close();
    client.close();
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Accept", accept)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Type").orElse("");
  }

  @Test
  void metricsComeInTheFormatThatIsAskedFor() throws Exception {
    HttpResponse<String> text = get("/metrics", "*/*");
    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(type(text)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(PrometheusText.parse(text.body()).types()).containsKey("relay_build_info");
    HttpResponse<String> open =
        get("/metrics", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2");
    assertThat(type(open)).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void metricsAreReadOffTheEventLoop() throws Exception {
    AtomicBoolean onEventLoop = new AtomicBoolean(true);
    metrics.gauge(
        "relay_test_thread",
        "Notes its thread.",
        () -> {
          onEventLoop.set(Context.isOnEventLoopThread());
          return 1;
        });
    assertThat(get("/metrics", "text/plain").body()).contains("relay_test_thread 1.0");
    assertThat(onEventLoop).isFalse();
  }

  @Test
  void healthIsOkWhenEveryCheckIs() throws Exception {
    HttpResponse<String> ready = get("/health/ready", "*/*");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(type(ready)).isEqualTo("application/json");
    assertThat(new JsonObject(ready.body()))
        .isEqualTo(
            new JsonObject(
                """
                {"ok":true,"checks":[{"name":"loops","ok":true},{"name":"media ports","ok":true}]}
                """));
  }

  @Test
  void oneFailingCheckIs503AndIsNamed() throws Exception {
    trouble.set(Optional.of("port 7882 is taken"));
    HttpResponse<String> ready = get("/health/ready", "*/*");
    assertThat(ready.statusCode()).isEqualTo(503);
    JsonObject check = new JsonObject(ready.body()).getJsonArray("checks").getJsonObject(1);
    assertThat(check)
        .isEqualTo(
            new JsonObject()
                .put("name", "media ports")
                .put("ok", false)
                .put("problem", "port 7882 is taken"));
    assertThat(get("/health/live", "*/*").statusCode()).isEqualTo(200);
  }

  @Test
  void aCheckThatThrowsIsNotWell() {
    HealthCheck check =
        new HealthCheck(
            "x",
            () -> {
              throw new IllegalStateException("no");
            });
    assertThat(check.ask())
        .contains("the check itself failed: java.lang.IllegalStateException: no");
  }

  @Test
  void nothingElseIsThere() throws Exception {
    for (String path : List.of("/", "/metrics/x", "/health", "/health/other")) {
      assertThat(get(path, "*/*").statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void aTakenPortIsSaid(Vertx vertx) {
    OpsServer second =
        new OpsServer(vertx, new OpsConfig(LOOPBACK, port), metrics, List.of(), List.of());
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> second.start().await()))
        .isInstanceOf(java.net.BindException.class);
  }
}
