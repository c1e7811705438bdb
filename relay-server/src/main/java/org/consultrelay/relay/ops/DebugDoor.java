package org.consultrelay.relay.ops;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.consultrelay.relay.config.OpsConfig;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /debug}: what somebody on call needs to know of a call that goes badly. Without
 * parameters a page of rooms, with {@code room} a page of those who are in it, with {@code session}
 * one connection. It answers one question at a time, and this machine alone unless {@code
 * ops.debug} says otherwise: it is about people, however little it tells of them.
 */
final class DebugDoor {
  private static final int MOST_PAGES = 1_000_000;
  private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "Via");

  private final Vertx vertx;
  private final OpsConfig config;
  private final Inspection look;
  private final AtomicBoolean busy = new AtomicBoolean();

  DebugDoor(Vertx vertx, OpsConfig config, Inspection look) {
    this.vertx = vertx;
    this.config = config;
    this.look = look;
  }

  void answer(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!config.debug() && !isOfThisMachine(request)) {
      context
          .response()
          .setStatusCode(403)
          .end("from this machine only, or with ops.debug: true\n");
      return;
    }
    int page = page(request.getParam("page"));
    if (page < 0) {
      context.response().setStatusCode(400).end("page is a number, 0 for the first\n");
      return;
    }
    if (!busy.compareAndSet(false, true)) {
      context
          .response()
          .setStatusCode(503)
          .putHeader(HttpHeaders.RETRY_AFTER, "1")
          .end("somebody else is looking\n");
      return;
    }
    String room = request.getParam("room");
    String session = request.getParam("session");
    vertx
        .executeBlocking(() -> find(room, session, page), false)
        .onComplete(_ -> busy.set(false))
        .onSuccess(found -> tell(context, found))
        .onFailure(context::fail);
  }

  private Optional<JsonObject> find(@Nullable String room, @Nullable String session, int page) {
    if (session != null) {
      return look.session(session);
    }
    return room == null ? Optional.of(look.rooms(page)) : look.room(room, page);
  }

  private static void tell(RoutingContext context, Optional<JsonObject> found) {
    JsonObject none = new JsonObject().put("problem", "there is no such room or session");
    OpsServer.answer(context, found.isPresent() ? 200 : 404, found.orElse(none));
  }

  private static int page(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      int page = Integer.parseInt(text);
      return page <= MOST_PAGES ? page : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * Whether it comes from here and was meant for here: what a proxy passes on comes from elsewhere,
   * and a page may have had its own name made to point at this machine.
   */
  private static boolean isOfThisMachine(HttpServerRequest request) {
    SocketAddress remote = request.remoteAddress();
    String address = remote == null ? null : remote.hostAddress();
    if (address == null || !isLoopback(address)) {
      return false;
    }
    for (String header : FORWARDED) {
      if (request.headers().contains(header)) {
        return false;
      }
    }
    String host = request.authority() == null ? "" : request.authority().host();
    return host.equals("localhost") || isLoopback(host);
  }

  private static boolean isLoopback(String literal) {
    String bare = literal.startsWith("[") ? literal.substring(1, literal.length() - 1) : literal;
    try {
      return InetAddress.ofLiteral(bare).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
