package org.consultrelay.relay.consult;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.api.Grants;

/** Serves the consult page and, in development mode, tokens to try it with. */
public final class ConsultPage {
  private static final String ROOT = "/consult";

  /** Everything comes from here, and nobody may frame it or watch it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';"
          + " connect-src 'self';"
          + " img-src 'self' data:; media-src 'self' blob:; form-action 'none';"
          + " frame-ancestors 'none'; base-uri 'none'";

  private static final int MAX_NAME = 256;

  private final boolean dev;
  private final ApiKeyring keys;

  /**
   * The page.
   *
   * @param dev whether to hand out tokens to whoever asks
   * @param keys sign them
   */
  public ConsultPage(boolean dev, ApiKeyring keys) {
    this.dev = dev;
    this.keys = keys;
  }

  /** Adds the routes. */
  public void mount(Router router) {
    router.route(ROOT + "*").handler(ConsultPage::guard);
    if (dev) {
      router.get(ROOT + "/dev-token").handler(this::token);
    }
    // Without the slash the page's relative links would lead elsewhere.
    router.getWithRegex(ROOT).handler(ConsultPage::withSlash);
    router
        .route(ROOT + "/*")
        .handler(
            StaticHandler.create(FileSystemAccess.RELATIVE, "web/consult")
                .setCachingEnabled(false)
                .setIndexPage("index.html"));
  }

  private static void withSlash(RoutingContext context) {
    String query = context.request().query();
    context.redirect(query == null ? ROOT + "/" : ROOT + "/?" + query).onFailure(gone -> {});
  }

  private static void guard(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader(
            "Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self)");
    context.next();
  }

  private void token(RoutingContext context) {
    String room = context.request().getParam("room", "");
    String identity = context.request().getParam("identity", "");
    if (room.isEmpty()
        || identity.isEmpty()
        || room.length() > MAX_NAME
        || identity.length() > MAX_NAME) {
      context
          .response()
          .setStatusCode(400)
          .end("room and identity are needed, at most " + MAX_NAME + " characters each")
          .onFailure(gone -> {});
      return;
    }
    Optional<ApiKeyring.Key> key = keys.signerFor(room);
    if (key.isEmpty()) {
      context.response().setStatusCode(404).end("no API key has such rooms").onFailure(gone -> {});
      return;
    }
    String token =
        ApiKeyring.issuer(key.get(), InstantSource.system())
            .issue(Grants.join(identity, room), Duration.ofHours(6));
    context
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(new JsonObject().put("token", token).encode())
        .onFailure(gone -> {});
  }
}
