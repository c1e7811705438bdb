package org.consultrelay.relay.signal.whip;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.CorsHandler;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenCheck;
import org.consultrelay.relay.api.TokenRefusal;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.net.FailureLog;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.sdp.SdpParser;
import org.consultrelay.relay.sdp.SdpResult;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.signal.IceServers;
import org.consultrelay.relay.signal.IceServers.IceServer;
import org.jspecify.annotations.Nullable;

/** The routes of WHIP and WHEP. Tokens are checked before anything of a request is read. */
public final class WhipDoor {
  /** The longest offer, in bytes; browsers' are below 20,000. */
  private static final int MAX_BODY = 256 << 10;

  private static final FailureLog FAILURES = new FailureLog("a WHIP or WHEP request");
  private static final String SDP = "application/sdp";
  private static final String GRANTS = "grants";
  private static final String WHIP = "/whip/v1";
  private static final String WHEP = "/whep/v1";
  private static final String SESSION = "/:session";
  private static final String IDENTITY = "/:identity";

  private static final List<Endpoint> ENDPOINTS =
      List.of(
          new Endpoint(WHIP, "POST, OPTIONS", SDP),
          new Endpoint(WHIP + SESSION, "PATCH, DELETE, OPTIONS", WhipResources.FRAGMENT),
          new Endpoint(WHEP, "GET, HEAD, OPTIONS", null),
          new Endpoint(WHEP + IDENTITY, "POST, OPTIONS", SDP),
          new Endpoint(
              WHEP + IDENTITY + SESSION, "PATCH, DELETE, OPTIONS", WhipResources.FRAGMENT));

  private final TokenVerifier tokens;
  private final WhipSessions sessions;
  private final WhipResources resources;

  /**
   * A door to these rooms.
   *
   * @param tokens checks who comes
   * @param rooms where they want to go
   * @param random for numbers that must not be guessed
   * @param iceServers what clients are told of besides the relay itself
   */
  public WhipDoor(TokenVerifier tokens, Rooms rooms, SecureRandom random, IceServers iceServers) {
    this.tokens = tokens;
    this.sessions = new WhipSessions(rooms, random, iceServers);
    this.resources = new WhipResources(rooms);
  }

  /** Adds the routes. */
  public void mount(Router router) {
    for (String root : List.of(WHIP, WHEP)) {
      router.route(root + "*").handler(cors()).failureHandler(WhipDoor::failed);
    }
    ENDPOINTS.forEach(endpoint -> endpoint.mountOptions(router));
    for (String root : List.of(WHIP, WHEP)) {
      router.route(root + "*").handler(this::authenticate);
    }
    // Before the body handler, which would read forms in its own way.
    ENDPOINTS.forEach(endpoint -> endpoint.mountTypeCheck(router));
    for (String root : List.of(WHIP, WHEP)) {
      router.route(root + "*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    }
    router.post(WHIP).handler(this::publish);
    router.patch(WHIP + SESSION).handler(resources::patch);
    router.delete(WHIP + SESSION).handler(resources::delete);
    router.get(WHEP).handler(this::list);
    router.head(WHEP).handler(this::list);
    router.post(WHEP + IDENTITY).handler(this::play);
    router.patch(WHEP + IDENTITY + SESSION).handler(resources::patch);
    router.delete(WHEP + IDENTITY + SESSION).handler(resources::delete);
    ENDPOINTS.forEach(endpoint -> endpoint.mountRefusal(router));
    for (String root : List.of(WHIP, WHEP)) {
      router
          .route(root + "*")
          .handler(context ->
              new Problem(404, "there is nothing at this path").send(context.response()));
    }
  }

  private static CorsHandler cors() {
    return CorsHandler.create()
        .addOrigin("*")
        .allowedMethods(
            Set.of(
                HttpMethod.GET,
                HttpMethod.POST,
                HttpMethod.PATCH,
                HttpMethod.DELETE,
                HttpMethod.OPTIONS))
        .allowedHeaders(Set.of("Authorization", "Content-Type", "If-Match"))
        .exposedHeaders(Set.of("Location", "ETag", "Link", "Accept-Patch", "Retry-After"))
        .maxAgeSeconds(86_400);
  }

  /** What handlers before ours refuse. */
  private static void failed(RoutingContext context) {
    Throwable failure = context.failure();
    int status = context.statusCode();
    if (status == 413) {
      new Problem(413, "the body is longer than " + MAX_BODY + " bytes").send(context.response());
    } else if (status >= 400 && status < 500) {
      new Problem(status, "the request cannot be understood").send(context.response());
    } else {
      FAILURES.add(failure == null ? new IllegalStateException("status " + status) : failure);
      new Problem(500, "the relay failed").send(context.response());
    }
  }

  private void authenticate(RoutingContext context) {
    String header = context.request().getHeader("Authorization");
    TokenCheck check = tokens.verifyJoin(bearer(header));
    switch (check) {
      case TokenRefusal refusal -> {
        if (refusal.reason().status() == 401) {
          // RFC 6750 §3: who brings no token is told of none that would be wrong.
          context
              .response()
              .putHeader(
                  "WWW-Authenticate",
                  refusal.reason() == TokenRefusal.Reason.MISSING
                      ? "Bearer"
                      : "Bearer error=\"invalid_token\"");
        }
        new Problem(refusal.reason().status(), refusal.text()).send(context.response());
      }
      case VerifiedToken verified -> {
        context.put(GRANTS, verified.grants());
        context.next();
      }
    }
  }

  private static @Nullable String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).trim()
        : null;
  }

  static Grants grants(RoutingContext context) {
    return Objects.requireNonNull(context.<Grants>get(GRANTS), "not authenticated");
  }

  private void publish(RoutingContext context) {
    Grants grants = grants(context);
    if (!grants.video().mayPublish()) {
      new Problem(403, "the token does not allow to publish (canPublish)").send(context.response());
      return;
    }
    SessionDescription offer = offer(context);
    if (offer != null) {
      answer(context, WHIP + "/", sessions.publish(grants, offer));
    }
  }

  private void play(RoutingContext context) {
    Grants grants = grants(context);
    if (!grants.video().maySubscribe()) {
      new Problem(403, "the token does not allow to play (canSubscribe)").send(context.response());
      return;
    }
    SessionDescription offer = offer(context);
    if (offer != null) {
      String publisher = Objects.requireNonNull(context.pathParam("identity"));
      answer(
          context, WHEP + "/" + encoded(publisher) + "/", sessions.play(grants, publisher, offer));
    }
  }

  /** As one segment of a path (RFC 3986 §3.3): an identity may hold any character. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static @Nullable SessionDescription offer(RoutingContext context) {
    String body = context.body().asString();
    return switch (SdpParser.parse(body == null ? "" : body)) {
      case SdpResult.Parsed(SessionDescription offer) -> offer;
      case SdpResult.Refused refused -> {
        new Problem(400, refused.text()).send(context.response());
        yield null;
      }
    };
  }

  private static void answer(
      RoutingContext context,
      String resources,
      CompletableFuture<RoomResult<SessionAnswer>> pending) {
    respond(
        context,
        pending,
        answer -> {
          HttpServerResponse response = context.response();
          switch (answer) {
            case SessionAnswer.Created created ->
                response
                    .setStatusCode(201)
                    .putHeader("Content-Type", SDP)
                    .putHeader("Location", resources + created.id())
                    .putHeader("ETag", created.entityTag())
                    .putHeader("Accept-Patch", WhipResources.FRAGMENT)
                    .putHeader("Link", links(created.iceServers()))
                    .end(created.sdp())
                    .onFailure(gone -> {});
            case SessionAnswer.NotAcceptable refused ->
                new Problem(422, refused.text()).send(response);
            case SessionAnswer.Forbidden forbidden ->
                new Problem(403, forbidden.text()).send(response);
          }
        });
  }

  /** One link for each URL, as RFC 9725 §4.6 writes it. */
  private static List<String> links(List<IceServer> servers) {
    return servers.stream()
        .flatMap(server ->
            server.urls().stream()
                .map(url ->
                    "<%s>; rel=\"ice-server\"; username=\"%s\"; credential=\"%s\"; credential-type=\"password\""
                        .formatted(url, server.username(), server.credential())))
        .toList();
  }

  private void list(RoutingContext context) {
    respond(
        context,
        sessions.present(grants(context)),
        present -> {
          JsonArray participants = new JsonArray();
          for (WhipSessions.Present each : present) {
            participants.add(
                new JsonObject()
                    .put("identity", each.identity())
                    .put("name", each.name())
                    .put("publishing", each.publishing()));
          }
          context
              .response()
              .putHeader("Content-Type", "application/json")
              .putHeader("Cache-Control", "no-store")
              .end(new JsonObject().put("participants", participants).encode())
              .onFailure(gone -> {});
        });
  }

  /** Goes on where HTTP lives once the room's loop has done its part. */
  static <T> void respond(
      RoutingContext context,
      CompletableFuture<RoomResult<T>> pending,
      java.util.function.Consumer<T> respond) {
    io.vertx.core.Context http = context.vertx().getOrCreateContext();
    CompletableFuture<Void> _ =
        pending.handle((result, failure) -> {
          http.runOnContext(_ -> {
            if (failure != null) {
              FAILURES.add(failure);
              new Problem(500, "the relay failed").send(context.response());
            } else if (!context.response().closed()) {
              switch (result) {
                case RoomResult.Refused<T> refused ->
                    Problem.of(refused.refusal()).send(context.response());
                case RoomResult.Done<T> done -> respond.accept(done.value());
              }
            }
          });
          return null;
        });
  }
}
