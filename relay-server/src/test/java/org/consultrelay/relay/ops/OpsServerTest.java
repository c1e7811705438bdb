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
import java.time.Duration;
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

  private static final Inspection LOOK = new FixedLook();

  private static final OpsConfig CONFIG = new OpsConfig(LOOPBACK, 0, Duration.ofHours(1), false);

  private final StandingOrders orders = new StandingOrders();
  private final DeepCheck deep =
      new DeepCheck(() -> new DeepCheck.Stages(1_000_000, 2_000_000, 3_000_000), () -> 9);
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
            vertx, CONFIG, metrics, List.of(live), List.of(live, ready), orders, deep, LOOK);
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
        new OpsServer(
            vertx,
            new OpsConfig(LOOPBACK, port, Duration.ZERO, false),
            metrics,
            List.of(),
            List.of(),
            orders,
            null,
            LOOK);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> second.start().await()))
        .isInstanceOf(java.net.BindException.class);
  }

  private HttpResponse<String> drain(String method, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/drain"))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aDrainIsBegunToldOfAndTakenBack() throws Exception {
    assertThat(new JsonObject(drain("GET").body()).getBoolean("draining")).isFalse();
    HttpResponse<String> begun = drain("POST");
    assertThat(begun.statusCode()).isEqualTo(202);
    assertThat(new JsonObject(begun.body()).getMap())
        .containsEntry("draining", true)
        .containsEntry("rooms", 3)
        .containsEntry("participants", 7)
        .containsEntry("secondsLeft", 3_600);
    HttpResponse<String> back = drain("DELETE");
    assertThat(back.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(back.body()).getBoolean("draining")).isFalse();
    orders.drain.begin(true, 0);
    assertThat(drain("DELETE").statusCode()).isEqualTo(409);
  }

  @Test
  void noPageMayDrainTheRelay() throws Exception {
    assertThat(drain("POST", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    assertThat(new JsonObject(drain("GET").body()).getBoolean("draining")).isFalse();
  }

  @Test
  void aTrialCallIsAnsweredWithItsTimes() throws Exception {
    HttpResponse<String> answer = get("/health/deep", "*/*");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()).getMap())
        .containsEntry("ok", true)
        .containsEntry("mediaMillis", 3.0);
    HttpResponse<String> again = get("/health/deep", "*/*");
    assertThat(again.headers().firstValue("Retry-After")).isPresent();
  }

  private static final class FixedLook implements Inspection {
    @Override
    public JsonObject rooms(int page) {
      return new JsonObject().put("page", page);
    }

    @Override
    public Optional<JsonObject> room(String room, int page) {
      return Optional.empty();
    }

    @Override
    public Optional<JsonObject> session(String beginning) {
      return Optional.empty();
    }
  }

  private static final class StandingOrders implements OpsServer.Orders {
    final Drain drain = new Drain(Duration.ofHours(1), () -> 3, () -> 7);

    @Override
    public void drain() {
      drain.begin(false, 0);
    }

    @Override
    public Drain.TakenBack takeBack() {
      return drain.takeBack();
    }

    @Override
    public Drain.Progress progress() {
      return drain.progress(0);
    }
  }
}
