package org.consultrelay.relay.signal.livekit;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenRefusal;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.net.FailureLog;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.signal.livekit.SignalCounters.Join;
import org.jspecify.annotations.Nullable;

/**
 * The routes that LiveKit client SDKs knock at. All that can be refused is refused before the
 * upgrade, with a status and a plain text: clients tell by them whether to try again.
 */
public final class LiveKitDoor {
  private static final FailureLog FAILURES = new FailureLog("a join");

  /** Slashes may be doubled where a client puts a URL together. */
  private static final String V0 = "/+rtc";

  private static final String V1 = "/+rtc/+v1";
  private static final String VALIDATE = "/+validate";

  private final TokenVerifier tokens;
  private final LiveKitSessions sessions;
  private final SignalCounters counters;

  /**
   * A door to the rooms.
   *
   * @param tokens checks who comes
   * @param sessions what is behind the door
   */
  public LiveKitDoor(TokenVerifier tokens, LiveKitSessions sessions) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.counters = sessions.counters();
  }

  /** Adds the routes. */
  public void mount(Router router) {
    router.routeWithRegex("(?:" + V0 + "(?:/.*)?)?/*").handler(cors());
    router.getWithRegex(V1 + VALIDATE).handler(context -> validate(context, true));
    router.getWithRegex(V0 + VALIDATE).handler(context -> validate(context, false));
    router.getWithRegex(V1).handler(context -> connect(context, true));
    router.getWithRegex(V0).handler(context -> connect(context, false));
  }

  /** Tokens stand in the request, not in cookies: any page may ask. */
  private static CorsHandler cors() {
    return CorsHandler.create()
        .addOrigin("*")
        .allowedMethods(
            Set.of(
                HttpMethod.GET,
                HttpMethod.HEAD,
                HttpMethod.POST,
                HttpMethod.PATCH,
                HttpMethod.DELETE,
                HttpMethod.OPTIONS))
        .allowedHeaders(Set.of("*"))
        .maxAgeSeconds(86_400);
  }

  /** What came of looking at a request. */
  private sealed interface Admission {
    /** It may go on. */
    record Admitted(VerifiedToken token, JoinParameters parameters) implements Admission {}

    /** It may not. */
    record Refused(int status, String text, Join outcome) implements Admission {}
  }

  /** The token first: nothing else of a request is looked at without. */
  private Admission admit(RoutingContext context, boolean single) {
    return switch (tokens.verifyJoin(token(context.request()))) {
      case TokenRefusal refusal ->
          new Admission.Refused(refusal.reason().status(), refusal.text(), Join.UNAUTHORIZED);
      case VerifiedToken verified ->
          switch (single
              ? JoinRequests.readV1(context.queryParams())
              : JoinRequests.readV0(context.queryParams())) {
            case JoinParameters.Wrong(String text) ->
                new Admission.Refused(400, text, Join.MALFORMED);
            case JoinParameters.Read(JoinParameters parameters) -> admit(verified, parameters);
          };
    };
  }

  private static Admission admit(VerifiedToken verified, JoinParameters parameters) {
    boolean overrides = !parameters.metadata().isEmpty() || !parameters.attributes().isEmpty();
    if (overrides && !verified.grants().video().canUpdateOwnMetadata()) {
      return new Admission.Refused(
          401,
          "the token does not allow to change own metadata (canUpdateOwnMetadata)",
          Join.UNAUTHORIZED);
    }
    Grants grants = verified.grants();
    String wrong =
        MetadataUpdates.check(
            grants.name(),
            parameters.metadata().isEmpty() ? grants.metadata() : parameters.metadata(),
            MetadataUpdates.merged(grants.attributes(), parameters.attributes(), false));
    return wrong == null
        ? new Admission.Admitted(verified, parameters)
        : new Admission.Refused(400, wrong, Join.MALFORMED);
  }

  private static @Nullable String token(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).trim()
        : request.getParam("access_token");
  }

  private void validate(RoutingContext context, boolean single) {
    switch (admit(context, single)) {
      case Admission.Refused refused -> respond(context, refused.status(), refused.text());
      case Admission.Admitted admitted ->
          sessions
              .refusal(admitted.token().grants())
              .ifPresentOrElse(
                  refusal -> refuse(context, refusal), () -> respond(context, 200, "success"));
    }
  }

  private static void refuse(RoutingContext context, RoomRefusal refusal) {
    if (refusal.reason() == RoomRefusal.Reason.NOT_ADMITTED) {
      respond(context, 403, refusal.text());
      return;
    }
    context.response().putHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    respond(context, 503, refusal.text());
  }

  private static void respond(RoutingContext context, int status, String text) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(text)
        .onFailure(gone -> {});
  }

  private void connect(RoutingContext context, boolean single) {
    switch (admit(context, single)) {
      case Admission.Refused refused -> {
        counters.join(refused.outcome());
        respond(context, refused.status(), refused.text());
      }
      case Admission.Admitted admitted -> {
        if (!"websocket".equalsIgnoreCase(context.request().getHeader("Upgrade"))) {
          respond(context, 426, "this is a WebSocket");
          return;
        }
        // Nothing of the connection may be read before the room has answered.
        context.request().pause();
        Context http = context.vertx().getOrCreateContext();
        SignalSocket socket = new SignalSocket(http, counters);
        upgrade(
            context,
            http,
            socket,
            sessions.connect(admitted.token(), admitted.parameters(), socket));
      }
    }
  }

  private void upgrade(
      RoutingContext context,
      Context http,
      SignalSocket socket,
      CompletableFuture<RoomResult<SignalPeer>> pending) {
    CompletableFuture<Void> _ =
        pending.handle((result, failure) -> {
          http.runOnContext(_ -> {
            if (failure != null) {
              FAILURES.add(failure);
              context.request().resume();
              respond(context, 500, "the relay failed");
            } else {
              switch (result) {
                case RoomResult.Refused<SignalPeer>(RoomRefusal refusal) -> {
                  counters.join(Join.of(refusal.reason()));
                  context.request().resume();
                  refuse(context, refusal);
                }
                case RoomResult.Done<SignalPeer>(SignalPeer peer) ->
                    upgrade(context.vertx(), context.request(), socket, peer);
              }
            }
          });
          return null;
        });
  }

  private void upgrade(
      Vertx vertx, HttpServerRequest request, SignalSocket socket, SignalPeer peer) {
    request
        .toWebSocket()
        .onSuccess((ServerWebSocket opened) -> {
          new SignalReader(socket, peer, counters).read(vertx, opened);
          socket.open(opened);
        })
        .onFailure(gone -> peer.closed(socket));
  }
}
