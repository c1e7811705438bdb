package org.consultrelay.relay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.security.SecureRandom;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.config.HttpConfig;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.consult.ConsultPage;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.IceServers;
import org.consultrelay.relay.signal.livekit.LiveKitDoor;
import org.consultrelay.relay.signal.livekit.LiveKitSessions;
import org.consultrelay.relay.signal.whip.WhipDoor;

/** The HTTP server: LiveKit's client protocol, WHIP, WHEP and the consult page, on one port. */
final class HttpDoor {
  /** Tokens and join requests travel in the first line. */
  private static final int MAX_INITIAL_LINE = 64 << 10;

  /** Of one message of a client: session descriptions of large rooms are the longest. */
  private static final int MAX_WEBSOCKET = 1 << 20;

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
      HttpLoops loops,
      LiveKitSessions livekit,
      IceServers iceServers)
      throws StartFailure {
    try {
      HttpServerOptions options = options(config.http());
      int port = config.http().port();
      // One after the other: they share a port by its number, which the first may have to find.
      for (int i = 0; i < loops.count(); i++) {
        int asked = port;
        port =
            Relay.await(
                loops.start(
                    i,
                    () ->
                        vertx
                            .createHttpServer(options)
                            .invalidRequestHandler(HttpDoor::refuse)
                            .requestHandler(router(
                                    vertx, config, tokens, rooms, random, livekit, iceServers))
                            .listen(asked, config.http().host().getHostAddress())
                            .map(HttpServer::actualPort)));
      }
      return new HttpDoor(port);
    } catch (Exception e) {
      throw StartFailure.http(config.http(), e);
    }
  }

  /** The connection is closed after such an answer, which clients must be told (RFC 9112 §9.6). */
  private static void refuse(HttpServerRequest request) {
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
  }

  private static Router router(
      Vertx vertx,
      RelayConfig config,
      TokenVerifier tokens,
      Rooms rooms,
      SecureRandom random,
      LiveKitSessions livekit,
      IceServers iceServers) {
    Router router = Router.router(vertx);
    new LiveKitDoor(tokens, livekit).mount(router);
    new WhipDoor(tokens, rooms, random, iceServers).mount(router);
    new ConsultPage(config.dev(), config.keys().secrets()).mount(router);
    // What load balancers and SDKs ask to see whether anybody is there.
    router.get("/").handler(context -> context.end("OK"));
    router.head("/").handler(context -> context.end());
    return router;
  }

  private static HttpServerOptions options(HttpConfig http) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxInitialLineLength(MAX_INITIAL_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS)
            .setMaxWebSocketFrameSize(MAX_WEBSOCKET)
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
