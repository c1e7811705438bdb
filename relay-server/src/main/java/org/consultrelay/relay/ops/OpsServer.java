package org.consultrelay.relay.ops;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.consultrelay.relay.config.OpsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The operators' door: {@code GET /metrics} (Prometheus text or OpenMetrics, as the client asks),
 * {@code GET /health/live} and {@code GET /health/ready} (200, or 503 when a check is not well,
 * with the checks as JSON), {@code GET /health/deep} (a trial call), and {@code /drain} ({@code
 * POST} begins, {@code DELETE} takes back, {@code GET} tells how far it is), {@code POST /reload}
 * (reads the configuration again), {@code GET /debug} (a look at calls, see {@link Inspection}). It
 * answers on worker threads: a scrape of thousands of lines must not make a media loop late.
 */
public final class OpsServer {
  private final Vertx vertx;
  private final OpsConfig config;
  private final Metrics metrics;
  private final List<HealthCheck> live;
  private final List<HealthCheck> ready;
  private final Orders orders;
  private final @Nullable DeepCheck deep;
  private final DebugDoor debug;
  private final HttpServer server;
  private @Nullable Supplier<Reloaded> reload;

  /** What operators may tell the relay to do. Any thread. */
  public interface Orders {
    /** Takes no new rooms from now on, and stops when those that there are have ended. */
    void drain();

    /** Takes new rooms again. */
    Drain.TakenBack takeBack();

    /** How far a drain is. */
    Drain.Progress progress();
  }

  /**
   * A door, still closed.
   *
   * @param live what must be well for the process not to be started anew
   * @param ready what must be well, besides, for new rooms to be sent here
   * @param orders obeys
   * @param deep makes trial calls; null when there are none
   * @param look looks into rooms
   */
  public OpsServer(
      Vertx vertx,
      OpsConfig config,
      Metrics metrics,
      List<HealthCheck> live,
      List<HealthCheck> ready,
      Orders orders,
      @Nullable DeepCheck deep,
      Inspection look) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.live = List.copyOf(live);
    this.ready = List.copyOf(ready);
    this.orders = orders;
    this.deep = deep;
    this.debug = new DebugDoor(vertx, config, look);
    this.server = vertx.createHttpServer(new HttpServerOptions().setCompressionSupported(true));
  }

  /**
   * Obeys {@code POST /reload}: 200 with what changed, or 400 with the mistakes. Before the start.
   *
   * @param from reads the configuration again; may block
   */
  public void onReload(Supplier<Reloaded> from) {
    reload = from;
  }

  /** Starts to listen. Fails when the port is taken. Returns the port. */
  public Future<Integer> start() {
    Router router = Router.router(vertx);
    router.get("/metrics").handler(this::scrape);
    router.get("/health/live").handler(context -> health(context, live));
    router.get("/health/ready").handler(context -> health(context, ready));
    DeepCheck trial = deep;
    if (trial != null) {
      router.get("/health/deep").handler(context -> deep(context, trial));
    }
    router.get("/debug").handler(OpsServer::refusePages).handler(debug::answer);
    router.route("/drain").handler(OpsServer::refusePages);
    router
        .post("/drain")
        .handler(context -> {
          orders.drain();
          answer(context, 202, drain());
        });
    router
        .delete("/drain")
        .handler(context -> {
          int status = orders.takeBack() == Drain.TakenBack.TOO_LATE ? 409 : 200;
          answer(context, status, drain());
        });
    router.get("/drain").handler(context -> answer(context, 200, drain()));
    Supplier<Reloaded> reading = reload;
    if (reading != null) {
      router.route("/reload").handler(OpsServer::refusePages);
      router.post("/reload").handler(context -> reload(context, reading));
    }
    return server
        .requestHandler(router)
        .listen(config.port(), config.host().getHostAddress())
        .map(HttpServer::actualPort);
  }

  /** Stops listening. */
  public Future<Void> stop() {
    return server.close();
  }

  /** No page that an operator happens to look at may stop the relay: browsers say who asks. */
  private static void refusePages(RoutingContext context) {
    if (context.request().getHeader(HttpHeaders.ORIGIN) == null) {
      context.next();
    } else {
      context.response().setStatusCode(403).end("not from a page\n");
    }
  }

  private JsonObject drain() {
    Drain.Progress progress = orders.progress();
    return new JsonObject()
        .put("draining", progress.draining())
        .put("rooms", progress.rooms())
        .put("participants", progress.participants())
        .put("secondsLeft", Math.round(progress.secondsLeft()));
  }

  private void reload(RoutingContext context, Supplier<Reloaded> reading) {
    vertx
        .executeBlocking(reading::get, false)
        .onSuccess(outcome -> answer(context, outcome.isGood() ? 200 : 400, outcome.json()))
        .onFailure(context::fail);
  }

  private void deep(RoutingContext context, DeepCheck trial) {
    vertx
        .executeBlocking(trial::run, false)
        .onSuccess(result -> {
          if (result.retryAfterSeconds() > 0) {
            context
                .response()
                .putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(result.retryAfterSeconds()));
          }
          answer(context, result.status(), result.json());
        })
        .onFailure(context::fail);
  }

  static void answer(RoutingContext context, int status, JsonObject body) {
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.encode() + "\n");
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
        .onSuccess(found -> answer(context, found.getBoolean("ok") ? 200 : 503, found))
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
