package org.consultrelay.relay;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.config.HttpConfig;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.consult.ConsultPage;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.whip.WhipDoor;

/** The HTTP server: WHIP, WHEP and the consult page, on one port. */
final class HttpDoor {
  /** Tokens and, later, join requests travel in the first line. */
  private static final int MAX_INITIAL_LINE = 16 << 10;

  /** The longest token that is looked at, and room for what browsers send besides. */
  private static final int MAX_HEADERS = TokenVerifier.MOST_LENGTH + (16 << 10);

  private static final int IDLE_SECONDS = 60;

  private final int port;

  private HttpDoor(int port) {
    this.port = port;
  }

  static HttpDoor start(
      Vertx vertx,
      RelayConfig config,
      TokenVerifier tokens,
      Rooms rooms,
      SecureRandom random,
      int instances)
      throws Exception {
    try {
      return new HttpDoor(listen(vertx, config, tokens, rooms, random, instances));
    } catch (Exception e) {
      throw StartFailure.http(config.http(), e);
    }
  }

  private static int listen(
      Vertx vertx,
      RelayConfig config,
      TokenVerifier tokens,
      Rooms rooms,
      SecureRandom random,
      int instances)
      throws Exception {
    HttpServerOptions options = options(config.http());
    AtomicInteger port = new AtomicInteger(config.http().port());
    if (config.http().port() == 0) {
      // Several servers share a port only when it is named: the first one finds it.
      deploy(vertx, config, tokens, rooms, random, options, port, 1);
      if (instances > 1) {
        deploy(vertx, config, tokens, rooms, random, options, port, instances - 1);
      }
    } else {
      deploy(vertx, config, tokens, rooms, random, options, port, instances);
    }
    return port.get();
  }

  private static void deploy(
      Vertx vertx,
      RelayConfig config,
      TokenVerifier tokens,
      Rooms rooms,
      SecureRandom random,
      HttpServerOptions options,
      AtomicInteger port,
      int instances)
      throws Exception {
    Relay.await(
        vertx.deployVerticle(
            () ->
                new AbstractVerticle() {
                  @Override
                  public void start(Promise<Void> started) {
                    Router router = router(vertx, config, tokens, rooms, random);
                    vertx
                        .createHttpServer(options)
                        .requestHandler(router)
                        .listen(port.get(), config.http().host().getHostAddress())
                        .onSuccess(server -> port.set(server.actualPort()))
                        .<Void>mapEmpty()
                        .onComplete(started);
                  }
                },
            new DeploymentOptions().setInstances(instances)));
  }

  private static Router router(
      Vertx vertx, RelayConfig config, TokenVerifier tokens, Rooms rooms, SecureRandom random) {
    Router router = Router.router(vertx);
    new WhipDoor(tokens, rooms, random).mount(router);
    new ConsultPage(config.dev(), config.keys().secrets()).mount(router);
    // What load balancers and SDKs ask to see whether anybody is there.
    router.get("/").handler(context -> context.end("OK"));
    return router;
  }

  private static HttpServerOptions options(HttpConfig http) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxInitialLineLength(MAX_INITIAL_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS)
            .setCompressionSupported(true);
    http.tls()
        .ifPresent(tls ->
            options
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString())));
    return options;
  }

  int port() {
    return port;
  }
}
