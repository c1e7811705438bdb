package org.consultrelay.relay.signal.whip;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * A path of the doors, and what HTTP may do there.
 *
 * @param path as the router takes it
 * @param methods those that are allowed, as {@code Allow} lists them
 * @param bodies the media type of what is sent there; null where nothing is
 */
record Endpoint(String path, String methods, @Nullable String bodies) {
  /** Answers {@code OPTIONS} (RFC 9725 §4.2): how a client learns what it may send. */
  void mountOptions(Router router) {
    router
        .options(path)
        .handler(context -> {
          HttpServerResponse response =
              context.response().setStatusCode(200).putHeader("Allow", methods);
          if (bodies != null) {
            response.putHeader(methods.contains("POST") ? "Accept-Post" : "Accept-Patch", bodies);
          }
          response.end().onFailure(gone -> {});
        });
  }

  /** Refuses bodies of other types, without reading them. */
  void mountTypeCheck(Router router) {
    if (bodies != null) {
      router
          .route(methods.contains("POST") ? HttpMethod.POST : HttpMethod.PATCH, path)
          .handler(this::checkType);
    }
  }

  private void checkType(RoutingContext context) {
    String type = context.request().getHeader("Content-Type");
    if (type == null || !type.split(";", 2)[0].trim().equalsIgnoreCase(bodies)) {
      new Problem(415, "the Content-Type must be " + bodies).send(context.response());
    } else {
      context.next();
    }
  }

  /** Refuses the methods that nobody handled. */
  void mountRefusal(Router router) {
    router
        .route(path)
        .handler(context -> {
          context.response().putHeader("Allow", methods);
          new Problem(405, "the methods here are " + methods).send(context.response());
        });
  }
}
