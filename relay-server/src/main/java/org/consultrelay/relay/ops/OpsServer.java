package org.consultrelay.relay.ops;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.consultrelay.relay.config.OpsConfig;

/**
 * The operators' door: {@code GET /metrics} (Prometheus text or OpenMetrics, as the client asks),
 * {@code GET /health/live} and {@code GET /health/ready} (200, or 503 when a check is not well,
 * with the checks as JSON). It answers on worker threads: a scrape of thousands of lines must not
 * make a media loop late.
 */
public final class OpsServer {
  private final Vertx vertx;
  private final OpsConfig config;
  private final Metrics metrics;
  private final List<HealthCheck> live;
  private final List<HealthCheck> ready;
  private final HttpServer server;

  /**
   * A door, still closed.
   *
   * @param live what must be well for the process not to be started anew
   * @param ready what must be well, besides, for new rooms to be sent here
   */
  public OpsServer(
      Vertx vertx,
      OpsConfig config,
      Metrics metrics,
      List<HealthCheck> live,
      List<HealthCheck> ready) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.live = List.copyOf(live);
    this.ready = List.copyOf(ready);
    this.server = vertx.createHttpServer(new HttpServerOptions().setCompressionSupported(true));
  }

  /** Starts to listen. Fails when the port is taken. Returns the port. */
  public Future<Integer> start() {
    Router router = Router.router(vertx);
    router.get("/metrics").handler(this::scrape);
    router.get("/health/live").handler(context -> health(context, live));
    router.get("/health/ready").handler(context -> health(context, ready));
    return server
        .requestHandler(router)
        .listen(config.port(), config.host().getHostAddress())
        .map(HttpServer::actualPort);
  }

  /** Stops listening. */
  public Future<Void> stop() {
    return server.close();
  }

  private void scrape(RoutingContext context) {
    String accept = Optional.ofNullable(context.request().getHeader(HttpHeaders.ACCEPT)).orElse("");
    vertx
        .executeBlocking(() -> scrape(accept), false)
        .onSuccess(body ->
            context
                .response()
                .putHeader(HttpHeaders.CONTENT_TYPE, Metrics.contentType(accept))
                .end(body))
        .onFailure(context::fail);
  }

  private Buffer scrape(String accept) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64 << 10);
    metrics.scrape(out, accept);
    return Buffer.buffer(out.toByteArray());
  }

  private void health(RoutingContext context, List<HealthCheck> checks) {
    vertx
        .executeBlocking(() -> ask(checks), false)
        .onSuccess(answer -> {
          HttpServerResponse response = context.response();
          response.setStatusCode(answer.getBoolean("ok") ? 200 : 503);
          response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
          response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
          response.end(answer.encode() + "\n");
        })
        .onFailure(context::fail);
  }

  private static JsonObject ask(List<HealthCheck> checks) {
    boolean ok = true;
    JsonArray answers = new JsonArray();
    for (HealthCheck check : checks) {
      Optional<String> problem = check.ask();
      JsonObject answer = new JsonObject().put("name", check.name()).put("ok", problem.isEmpty());
      problem.ifPresent(text -> answer.put("problem", text));
      answers.add(answer);
      ok &= problem.isEmpty();
    }
    return new JsonObject().put("ok", ok).put("checks", answers);
  }
}
