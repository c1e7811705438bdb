package org.consultrelay.relay.consult;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consultrelay.relay.api.TokenRefusal;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.consult.ConsultRefusal.Code;
import org.consultrelay.relay.net.FailureLog;
import org.jspecify.annotations.Nullable;

/** The routes of the consult service, under {@code /consult/v1}. Any HTTP loop. */
public final class ConsultDoor {
  private static final FailureLog FAILURES = new FailureLog("a request to the consult service");
  private static final String ROOT = "/consult/v1";
  private static final String ALL = ROOT + "/consultations";
  private static final String ONE = ALL + "/:id";
  private static final String LINKS = ONE + "/links";

  /** The longest body of a request, in bytes. */
  private static final int MAX_BODY = 8 << 10;

  private static final String CALLER = "caller";

  private final TokenVerifier tokens;
  private final ConsultService service;
  private final Practice practice;
  private final VisitDoor visits;
  private final Optional<String> devKey;

  /**
   * A door to the service.
   *
   * @param tokens checks back ends
   * @param strangers bounds lines that have not said who they are; of this relay
   * @param devKey in development mode the API key of consultations that anybody may make
   */
  public ConsultDoor(
      TokenVerifier tokens, ConsultService service, Strangers strangers, Optional<String> devKey) {
    this.tokens = tokens;
    this.service = service;
    this.practice = service.practice();
    this.visits = new VisitDoor(service, strangers);
    this.devKey = devKey;
  }

  /** Adds the routes; before those of the page, which has the path above. */
  public void mount(Router router) {
    router.route(ROOT + "/*").handler(ConsultDoor::guard).failureHandler(ConsultDoor::failed);
    router.get(ROOT + "/visit").handler(context -> visits.open(context, base(context)));
    router.route(ALL + "*").handler(this::authenticate);
    router.route(ROOT + "/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router
        .post(ALL)
        .handler(context ->
            withBody(
                context,
                ConsultRequest.NewConsultation.class,
                asked -> make(caller(context), asked, base(context))));
    if (devKey.isPresent()) {
      router.post(ROOT + "/dev-consultation").handler(this::makeForDevelopment);
    }
    router
        .get(ONE)
        .handler(
            context -> answer(context, 200, () -> practice.look(caller(context), id(context))));
    router
        .delete(ONE)
        .handler(context -> answer(context, 204, () -> practice.end(caller(context), id(context))));
    router
        .post(LINKS)
        .handler(context ->
            withBody(
                context,
                ConsultRequest.NewLink.class,
                asked -> practice.link(caller(context), id(context), asked, base(context))));
    router
        .delete(LINKS + "/:link")
        .handler(context ->
            answer(
                context,
                204,
                () ->
                    practice.revoke(
                        caller(context),
                        id(context),
                        Objects.requireNonNull(context.pathParam("link")))));
    router
        .route(ROOT + "/*")
        .handler(context ->
            refuse(context, ConsultRefusal.of(Code.NOT_FOUND, "There is nothing at this path.")));
  }

  private static void guard(RoutingContext context) {
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff");
    context.next();
  }

  private static void failed(RoutingContext context) {
    int status = context.statusCode();
    if (status >= 400 && status < 500) {
      reply(
          context.response().setStatusCode(status),
          new ConsultReply.Problem(
              Code.INVALID.word(),
              status == 413
                  ? "The body is longer than " + MAX_BODY + " bytes."
                  : "The request cannot be understood."));
    } else {
      Throwable failure = context.failure();
      FAILURES.add(failure == null ? new IllegalStateException("status " + status) : failure);
      broken(context);
    }
  }

  private static void broken(RoutingContext context) {
    reply(
        context.response().setStatusCode(500),
        new ConsultReply.Problem(Code.UNAVAILABLE.word(), "The relay failed."));
  }

  private void authenticate(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    String bearer =
        header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
            ? header.substring(7).trim()
            : null;
    switch (tokens.verify(bearer)) {
      case TokenRefusal refusal -> {
        context
            .response()
            .putHeader(
                "WWW-Authenticate",
                refusal.reason() == TokenRefusal.Reason.MISSING
                    ? "Bearer"
                    : "Bearer error=\"invalid_token\"");
        refuse(context, ConsultRefusal.of(Code.UNAUTHENTICATED, sentence(refusal.text())));
      }
      case VerifiedToken verified when !verified.grants().video().roomCreate() ->
          refuse(
              context,
              ConsultRefusal.of(
                  Code.FORBIDDEN, "The token does not allow to make rooms (video.roomCreate)."));
      case VerifiedToken verified -> {
        context.put(CALLER, verified);
        context.next();
      }
    }
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + '.';
  }

  private static VerifiedToken caller(RoutingContext context) {
    return Objects.requireNonNull(context.<VerifiedToken>get(CALLER), "not authenticated");
  }

  private static String id(RoutingContext context) {
    return Objects.requireNonNull(context.pathParam("id"));
  }

  /** What links begin with: as configured, or as whoever asks reaches us. */
  private String base(RoutingContext context) {
    return service
        .limits()
        .linkBase()
        .orElseGet(() -> {
          HostAndPort authority = context.request().authority();
          return context.request().scheme() + "://" + (authority == null ? "localhost" : authority);
        });
  }

  private CompletableFuture<ConsultAnswer<ConsultReply>> make(
      VerifiedToken caller, ConsultRequest.NewConsultation asked, String base) {
    return practice.make(caller.apiKey(), caller.roomPrefix(), asked, base);
  }

  private void makeForDevelopment(RoutingContext context) {
    withBody(
        context,
        ConsultRequest.NewConsultation.class,
        asked -> practice.make(devKey.orElseThrow(), "", asked, base(context)));
  }

  private <T> void withBody(
      RoutingContext context,
      Class<T> type,
      Function<T, CompletableFuture<ConsultAnswer<ConsultReply>>> task) {
    String text = context.body().asString();
    Optional<T> body = Json.read(text == null || text.isBlank() ? "{}" : text, type);
    if (body.isPresent()) {
      answer(context, 201, () -> task.apply(body.get()));
    } else {
      refuse(
          context,
          ConsultRefusal.of(
              Code.INVALID,
              "The body is not the JSON object that belongs here; docs/consult-service.md shows"
                  + " it."));
    }
  }

  private void answer(
      RoutingContext context,
      int status,
      Supplier<CompletableFuture<ConsultAnswer<ConsultReply>>> task) {
    io.vertx.core.Context http = context.vertx().getOrCreateContext();
    CompletableFuture<Void> _ =
        task.get()
            .handle((answer, failure) -> {
              http.runOnContext(_ -> answered(context, status, answer, failure));
              return null;
            });
  }

  private void answered(
      RoutingContext context,
      int status,
      @Nullable ConsultAnswer<ConsultReply> answer,
      @Nullable Throwable failure) {
    if (answer == null) {
      FAILURES.add(failure == null ? new IllegalStateException("no answer") : failure);
      broken(context);
      return;
    }
    switch (answer) {
      case ConsultAnswer.Refused<ConsultReply>(ConsultRefusal refusal) -> refuse(context, refusal);
      case ConsultAnswer.Done<ConsultReply>(ConsultReply done) -> {
        HttpServerResponse response = context.response().setStatusCode(status);
        if (status == 204) {
          response.end().onFailure(gone -> {});
        } else {
          reply(response, done);
        }
      }
    }
  }

  private void refuse(RoutingContext context, ConsultRefusal refusal) {
    service.counters().refused(refusal.code());
    refuse(context.response(), refusal.code().status(), refusal);
  }

  static void refuse(HttpServerResponse response, int status, ConsultRefusal refusal) {
    response.setStatusCode(status);
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
    }
    reply(response, new ConsultReply.Problem(refusal.code().word(), refusal.text()));
  }

  private static void reply(HttpServerResponse response, ConsultReply body) {
    if (!response.ended()) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(Json.write(body))
          .onFailure(gone -> {});
    }
  }
}
