package org.consultrelay.relay.consult;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the consult page as the relay will, strict Content-Security-Policy included, and answers
 * WHIP and WHEP with what a test tells it. It carries no media: its answers name an address where
 * nobody listens.
 */
final class StubRelay implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; media-src 'self' blob:";

  /** A request as it came; {@code client} is the address it came from. */
  record Seen(String method, String path, String client, Map<String, String> headers, String body) {
    /** A header's value; names in small letters. */
    @Nullable String header(String name) {
      return headers.get(name);
    }
  }

  /** An answer to give. */
  record Reply(int status, Map<String, String> headers, String body) {
    static Reply of(int status, String body) {
      return new Reply(status, Map.of("Content-Type", "text/plain"), body);
    }

    Reply with(String name, String value) {
      Map<String, String> more = new ConcurrentHashMap<>(headers);
      more.put(name, value);
      return new Reply(status, Map.copyOf(more), body);
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final String address;
  private final HttpServer server;
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final Map<String, Queue<Reply>> replies = new ConcurrentHashMap<>();
  private volatile JsonArray participants = new JsonArray();
  private volatile boolean development;
  // Of the block for documentation: nobody there.
  private volatile InetSocketAddress candidate = new InetSocketAddress("192.0.2.77", 9);

  private StubRelay(String address) {
    this.address = address;
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create());
    router.get("/consult/dev-token").handler(this::developmentToken);
    router
        .get("/consult")
        .handler(context ->
            context
                .response()
                .putHeader("Content-Security-Policy", POLICY)
                .sendFile("web/consult/index.html"));
    router.get("/consult/*").handler(StaticHandler.create("web/consult").setCachingEnabled(false));
    router.route("/whip/*").handler(this::door);
    router.route("/whep/*").handler(this::door);
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost(address).setPort(0))
            .requestHandler(router)
            .listen()
            .await();
  }

  /** Listens on any free port of this address. */
  static StubRelay start(String address) {
    return new StubRelay(address);
  }

  /** Like {@code http://127.0.0.1:40000}. */
  String origin() {
    return "http://" + address + ":" + server.actualPort();
  }

  String pageUrl() {
    return origin() + "/consult";
  }

  /** A token that says who it is for; signed by nobody. */
  static String token(String room, String identity, String name) {
    String claims =
        new JsonObject()
            .put("sub", identity)
            .put("name", name)
            .put("video", new JsonObject().put("room", room).put("roomJoin", true))
            .encode();
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".x";
  }

  /** Gives tokens to anybody, as a relay in development mode does. */
  void development() {
    development = true;
  }

  /** Where media is said to be; without it, where nobody listens. */
  void candidate(InetSocketAddress address) {
    candidate = address;
  }

  /** Who the room is said to hold. */
  void participant(String identity, String name, boolean publishing) {
    participants =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("identity", identity)
                    .put("name", name)
                    .put("publishing", publishing));
  }

  /** The next answer to this method and path; without one, doors open and sessions obey. */
  void next(String method, String path, Reply reply) {
    replies.computeIfAbsent(method + " " + path, key -> new ConcurrentLinkedQueue<>()).add(reply);
  }

  /**
   * The next request of this method and path that has come or will come; others before it are
   * dropped.
   *
   * @throws AssertionError when there is none within ten seconds
   */
  Seen await(String method, String path) {
    return awaitAll(method, path).getFirst();
  }

  /** The same for several paths, in whatever order they come. */
  List<Seen> awaitAll(String method, String... paths) {
    Set<String> missing = new HashSet<>(List.of(paths));
    List<Seen> found = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!missing.isEmpty()) {
      Seen next = poll(end - System.nanoTime());
      if (next == null) {
        throw new AssertionError("No " + method + " came to " + missing);
      }
      if (next.method().equals(method) && missing.remove(next.path())) {
        found.add(next);
      }
    }
    return found;
  }

  private @Nullable Seen poll(long nanos) {
    try {
      return seen.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }

  private void developmentToken(RoutingContext context) {
    if (!development) {
      context.response().setStatusCode(404).end();
      return;
    }
    String identity = context.request().getParam("identity");
    String room = context.request().getParam("room");
    context.json(new JsonObject().put("token", token(room, identity, identity)));
  }

  private void door(RoutingContext context) {
    String method = context.request().method().name();
    String path = context.request().path();
    String body = context.body().asString() == null ? "" : context.body().asString();
    Map<String, String> headers = new ConcurrentHashMap<>();
    context
        .request()
        .headers()
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    seen.add(
        new Seen(
            method,
            path,
            context.request().remoteAddress().hostAddress(),
            Map.copyOf(headers),
            body));
    Queue<Reply> queue = replies.get(method + " " + path);
    Reply told = queue == null ? null : queue.poll();
    Reply reply = told == null ? usual(method, path, body) : told;
    context.response().setStatusCode(reply.status());
    reply.headers().forEach(context.response()::putHeader);
    context.response().end(reply.body());
  }

  private Reply usual(String method, String path, String body) {
    return switch (method) {
      case "GET" ->
          Reply.of(200, new JsonObject().put("participants", participants).encode())
              .with("Content-Type", "application/json");
      case "POST" ->
          Reply.of(201, StubAnswer.to(body, candidate))
              .with("Content-Type", "application/sdp")
              .with("Location", path + "/sessions/1")
              .with("ETag", "\"1\"");
      case "DELETE" -> Reply.of(200, "");
      default -> Reply.of(404, "No such session");
    };
  }
}
