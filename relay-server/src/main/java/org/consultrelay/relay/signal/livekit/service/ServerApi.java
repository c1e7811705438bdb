package org.consultrelay.relay.signal.livekit.service;

import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.relay.api.TokenRefusal;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.net.FailureLog;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.livekit.service.ServerApiCounters.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The API of LiveKit server SDKs, over Twirp: {@code POST /twirp/livekit.RoomService/<Method>}. The
 * token is looked at before anything else of a request is read. Thread-safe; mounted on any number
 * of routers.
 */
public final class ServerApi {
  /** The longest body, in bytes. */
  static final int MAX_BODY = 1 << 20;

  private static final FailureLog FAILURES = new FailureLog("the server API");
  private static final Pattern PATH = Pattern.compile("/+twirp/+livekit\\.([A-Za-z]+)/+(\\w+)/*");
  private static final String ROOM_SERVICE = "RoomService";

  /** Of the room service, but only LiveKit's cloud has them. */
  private static final Set<String> UNBUILT = Set.of("ForwardParticipant", "MoveParticipant");

  /** Services that the SDKs know and we do not have. */
  private static final Set<String> SIBLINGS =
      Set.of(
          "Egress",
          "Ingress",
          "SIP",
          "AgentDispatchService",
          "CloudAgent",
          "Connector",
          "PhoneNumberService",
          "Replay");

  private static final String REQUEST = ServerApi.class.getName();

  private final TokenVerifier tokens;
  private final AuditLog audit;
  private final Map<String, Operation<?>> operations = new LinkedHashMap<>();
  private final RequestRate rate = new RequestRate();
  private final ServerApiCounters counters;

  /**
   * An API to these rooms.
   *
   * @param tokens checks who asks
   * @param rooms what is asked about
   * @param audit is told who changed what
   */
  public ServerApi(TokenVerifier tokens, Rooms rooms, AuditLog audit) {
    this.tokens = tokens;
    this.audit = audit;
    List<Operation<?>> all = new ArrayList<>(new RoomOperations(rooms, rate).all());
    all.addAll(new ParticipantOperations(rooms).all());
    all.addAll(new DataOperations(rooms).all());
    all.forEach(operation -> operations.put(operation.name(), operation));
    Set<String> names = new HashSet<>(operations.keySet());
    names.addAll(UNBUILT);
    this.counters = new ServerApiCounters(names);
  }

  /** What is counted of it. */
  public ServerApiCounters counters() {
    return counters;
  }

  /** Adds the routes. */
  public void mount(Router router) {
    String all = "/+twirp(?:/.*)?";
    router.routeWithRegex(all).handler(cors()).failureHandler(this::failed);
    router.routeWithRegex(all).handler(this::admit);
    router.routeWithRegex(all).handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router.routeWithRegex(all).handler(this::run);
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
        // The star does not stand for the first of them (Fetch standard).
        .allowedHeaders(Set.of("Authorization", "Content-Type", "*"))
        .maxAgeSeconds(86_400);
  }

  /** A request that may be read. */
  private record Admitted(Operation<?> operation, VerifiedToken token, Encoding encoding) {}

  private void admit(RoutingContext context) {
    Matcher path = PATH.matcher(context.request().path());
    boolean known = path.matches();
    String service = known ? path.group(1) : "";
    String method = known ? path.group(2) : "";
    String label = service.equals(ROOM_SERVICE) ? label(method) : ServerApiCounters.OTHER;
    Operation<?> operation = service.equals(ROOM_SERVICE) ? operations.get(method) : null;
    boolean unbuilt =
        SIBLINGS.contains(service) || (service.equals(ROOM_SERVICE) && UNBUILT.contains(method));
    if (operation == null && !unbuilt) {
      answer(context, label, Encoding.JSON, badRoute("no handler for this path"));
      return;
    }
    if (!context.request().method().equals(HttpMethod.POST)) {
      answer(context, label, Encoding.JSON, badRoute("unsupported method (only POST is allowed)"));
      return;
    }
    Encoding encoding = Encoding.of(context.request().getHeader("Content-Type"));
    if (encoding == null) {
      answer(context, label, Encoding.JSON, badRoute("unexpected Content-Type"));
      return;
    }
    switch (tokens.verify(bearer(context.request().getHeader("Authorization")))) {
      case TokenRefusal refusal ->
          answer(
              context, label, encoding, Answer.failed(TwirpCode.UNAUTHENTICATED, refusal.text()));
      case VerifiedToken token -> {
        if (!rate.take(token.apiKey(), System.nanoTime())) {
          answer(context, label, encoding, RequestRate.EXCEEDED);
        } else if (operation == null) {
          answer(
              context,
              label,
              encoding,
              Answer.failed(TwirpCode.UNIMPLEMENTED, service + " has no " + method + " here"));
        } else {
          context.put(REQUEST, new Admitted(operation, token, encoding));
          context.next();
        }
      }
    }
  }

  private String label(String method) {
    return operations.containsKey(method) || UNBUILT.contains(method)
        ? method
        : ServerApiCounters.OTHER;
  }

  private static Answer.Failed badRoute(String text) {
    return Answer.failed(TwirpCode.BAD_ROUTE, text);
  }

  private static @Nullable String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).trim()
        : null;
  }

  private void run(RoutingContext context) {
    Admitted admitted = Objects.requireNonNull(context.<Admitted>get(REQUEST), "not admitted");
    byte[] body =
        context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
    Context http = context.vertx().getOrCreateContext();
    CompletableFuture<Void> _ =
        admitted
            .operation()
            .run(admitted.token(), admitted.encoding(), body, audit)
            .handle((answer, failure) -> {
              http.runOnContext(_ -> {
                if (failure != null) {
                  FAILURES.add(failure);
                }
                answer(
                    context,
                    admitted.operation().name(),
                    admitted.encoding(),
                    failure == null
                        ? answer
                        : Answer.failed(TwirpCode.INTERNAL, "the relay failed"));
              });
              return null;
            });
  }

  /** What handlers before ours refuse. */
  private void failed(RoutingContext context) {
    Admitted admitted = context.get(REQUEST);
    String label = admitted == null ? ServerApiCounters.OTHER : admitted.operation().name();
    int status = context.statusCode();
    if (status == 413) {
      answer(
          context,
          label,
          Encoding.JSON,
          new Answer.Failed(
              TwirpCode.INVALID_ARGUMENT,
              status,
              "the body is longer than " + MAX_BODY + " bytes",
              Map.of(),
              0));
    } else if (status >= 400 && status < 500) {
      answer(
          context,
          label,
          Encoding.JSON,
          Answer.failed(TwirpCode.MALFORMED, "the request cannot be understood"));
    } else {
      Throwable failure = context.failure();
      FAILURES.add(failure == null ? new IllegalStateException("status " + status) : failure);
      answer(context, label, Encoding.JSON, Answer.failed(TwirpCode.INTERNAL, "the relay failed"));
    }
  }

  private void answer(RoutingContext context, String label, Encoding encoding, Answer answer) {
    counters.count(
        label,
        switch (answer) {
          case Answer.Done done -> Outcome.OK;
          case Answer.Failed failed -> Outcome.of(failed.code());
        });
    Replies.send(context.vertx(), context.response(), encoding, answer);
  }
}
