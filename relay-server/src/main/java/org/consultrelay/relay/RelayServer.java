package org.consultrelay.relay;

import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.ops.OpsServer;
import org.slf4j.LoggerFactory;

/** Where the relay starts. */
public final class RelayServer {
  private RelayServer() {}

  /** Does what the arguments say, see {@code relay --help}. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    OptionalInt code = Cli.execute(RelayServer::start, System.getenv(), out, err, args);
    code.ifPresent(System::exit);
  }

  /** Starts what there is so far: metrics and health. */
  static void start(RelayConfig config) throws Exception {
    Vertx vertx = Vertx.vertx();
    Metrics metrics = new Metrics(Cli.versionNumber());
    OpsServer ops = new OpsServer(vertx, config.ops(), metrics, List.of(), List.of());
    int port = ops.start().toCompletionStage().toCompletableFuture().get();
    LoggerFactory.getLogger(RelayServer.class).info("metrics and health on port {}", port);
  }
}
