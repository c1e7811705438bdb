package org.consultrelay.relay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.config.HttpConfig;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.net.FailureLog;
import org.consultrelay.relay.wire.Cidr;
import org.consultrelay.relay.wire.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: LiveKit's client protocol and server API, WHIP, WHEP and the consult page, on
 * one port.
 */
final class HttpDoor {
  /** Tokens and join requests travel in the first line. */
  private static final int MAX_INITIAL_LINE = 64 << 10;

  /** Of one message of a client: session descriptions of large rooms are the longest. */
  private static final int MAX_WEBSOCKET = 1 << 20;

  /** The longest token that is looked at, and room for what browsers send besides. */
  private static final int MAX_HEADERS = TokenVerifier.MOST_LENGTH + (16 << 10);

  private static final int IDLE_SECONDS = 60;
  private static final String LOOPBACK = "127.0.0.1";
  private static final FailureLog FAILURES = new FailureLog("a request");
  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

  private final int port;
  private final int behindPort;
  private final List<HttpServer> servers;

  private final List<String> routes;

  private HttpDoor(int port, int behindPort, List<HttpServer> servers, List<String> routes) {
    this.port = port;
    this.behindPort = behindPort;
    this.servers = servers;
    this.routes = routes;
  }

  static HttpDoor start(
      Vertx vertx, RelayConfig config, HttpLoops loops, List<Consumer<Router>> doors)
      throws StartFailure {
    try {
      boolean proxied = !config.tcp().proxies().isEmpty();
      HttpServerOptions options = options().setUseProxyProtocol(proxied);
      tls(options, config.http());
      List<HttpServer> servers = new CopyOnWriteArrayList<>();
      int port = config.http().port() == 0 ? freePort(config.http().host()) : config.http().port();
      // One after the other: they share a port by its number, which the first may have to find.
      for (int i = 0; i < loops.count(); i++) {
        int asked = port;
        port =
            RelayFoundation.await(
                loops.start(
                    i,
                    () ->
                        vertx
                            .createHttpServer(options)
                            .connectionHandler(connection -> {
                              if (proxied) {
                                onlyProxies(config.tcp().proxies(), connection);
                              }
                            })
                            .invalidRequestHandler(HttpDoor::refuse)
                            .requestHandler(router(vertx, doors))
                            .listen(asked, config.http().host().getHostAddress())
                            .map(server -> {
                              servers.add(server);
                              return server.actualPort();
                            })));
      }
      int behind = -1;
      if (config.tcp().tlsPort().isPresent() && config.http().tls().isPresent()) {
        HttpServerOptions inner = options().setUseProxyProtocol(true);
        behind =
            RelayFoundation.await(
                loops.start(
                    0,
                    () ->
                        vertx
                            .createHttpServer(inner)
                            .invalidRequestHandler(HttpDoor::refuse)
                            .requestHandler(router(vertx, doors))
                            .listen(0, LOOPBACK)
                            .map(HttpServer::actualPort)));
      }
      return new HttpDoor(port, behind, servers, routes(router(vertx, doors)));
    } catch (Exception e) {
      throw StartFailure.http(config.http(), e);
    }
  }

  /** The connection is closed after such an answer, which clients must be told (RFC 9112 §9.6). */
  private static void refuse(HttpServerRequest request) {
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
  }

  private static Router router(Vertx vertx, List<Consumer<Router>> doors) {
    Router router = Router.router(vertx);
    doors.forEach(door -> door.accept(router));
    // What load balancers and SDKs ask to see whether anybody is there.
    router.get("/").handler(context -> context.end("OK"));
    router.head("/").handler(context -> context.end());
    // The last, for what no door has an answer to.
    router.route().failureHandler(HttpDoor::failed);
    return router;
  }

  /** Whoever leaves while a file comes is no failure of ours, and nothing to fill a log with. */
  private static void failed(RoutingContext context) {
    Throwable failure = context.failure();
    boolean left = failure instanceof IOException || failure instanceof HttpClosedException;
    if (failure != null && !left) {
      FAILURES.add(failure);
    }
    HttpServerResponse response = context.response();
    if (response.headWritten()) {
      response.reset().onFailure(gone -> {});
    } else {
      int status = context.statusCode();
      response.setStatusCode(status >= 400 ? status : 500).end().onFailure(gone -> {});
    }
  }

  /** As "GET /path/{parameter}": what is found by a whole path, so no files and no patterns. */
  private static List<String> routes(Router router) {
    List<String> all = new ArrayList<>();
    for (Route route : router.getRoutes()) {
      String path = route.getPath();
      if (path != null && !route.isRegexPath() && route.methods() != null) {
        for (HttpMethod method : route.methods()) {
          all.add(method + " " + path.replaceAll(":(\\w+)", "{$1}"));
        }
      }
    }
    return all;
  }

  /** Servers of several loops share a port that has a number before the first of them listens. */
  private static int freePort(InetAddress host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, host)) {
      return socket.getLocalPort();
    }
  }

  private static HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxInitialLineLength(MAX_INITIAL_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS)
            .setMaxWebSocketFrameSize(MAX_WEBSOCKET)
            .setCompressionSupported(true);
    return options;
  }

  private static void tls(HttpServerOptions options, HttpConfig http) {
    http.tls().ifPresent(tls -> options.setSsl(true).setUseAlpn(true).setKeyCertOptions(pem(tls)));
  }

  private static PemKeyCertOptions pem(HttpConfig.Tls tls) {
    return new PemKeyCertOptions()
        .setCertPath(tls.certificate().toString())
        .setKeyPath(tls.key().toString());
  }

  /** Whoever is no proxy could claim any address in a PROXY header. */
  private static void onlyProxies(List<Cidr> proxies, HttpConnection connection) {
    SocketAddress real = connection.remoteAddress(true);
    String host = real == null ? null : real.hostAddress();
    TransportAddress from =
        host == null ? null : TransportAddress.of(InetAddress.ofLiteral(host), 0);
    if (from == null
        || proxies.stream().noneMatch(each -> each.contains(from.high(), from.low()))) {
      connection.close();
    }
  }

  /** Where HTTP is handed on to that comes by the port shared with TURN. */
  InetSocketAddress behindSharedPort() {
    return new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), Math.max(0, behindPort));
  }

  /** New connections get this certificate. */
  void reload(PemKeyCertOptions certificate) {
    ServerSSLOptions renewed =
        new ServerSSLOptions().setKeyCertOptions(certificate).setUseAlpn(true);
    for (HttpServer server : servers) {
      server
          .updateSSLOptions(renewed.copy())
          .onFailure(e -> LOG.error("HTTPS keeps the old certificate: {}", e.getMessage()));
    }
  }

  /** What it answers, as "GET /path/{parameter}"; patterns and files are not among it. */
  List<String> routes() {
    return routes;
  }

  int port() {
    return port;
  }
}
