package org.consultrelay.relay;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.config.ApiKeys;
import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.RelayConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the relay starts. */
public final class RelayServer {
  /** Read by {@code logback.xml}, when the first logger is asked for. */
  private static final String LOG_FORMAT = "relay.log.format";

  /** What shells show of a process that SIGTERM ended. */
  private static final int TERMINATED = 128 + 15;

  private RelayServer() {}

  /** Does what the arguments say, see {@code relay --help}. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    OptionalInt code =
        Cli.execute((config, files) -> run(config, files, out), System.getenv(), out, err, args);
    code.ifPresent(System::exit);
  }

  private static void run(RelayConfig config, ConfigFiles files, PrintWriter out) throws Exception {
    long begun = System.nanoTime();
    System.setProperty(LOG_FORMAT, config.log().format().name().toLowerCase(Locale.ROOT));
    Relay relay = Relay.start(config, files);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(relay), "shutdown"));
    stopWhenDrained(relay);
    Signals.handle("HUP", "ends the relay", relay::reload);
    log()
        .info(
            "ready after {} ms: HTTP on port {}, metrics and health on port {}, {} media loops",
            (System.nanoTime() - begun) / 1_000_000,
            relay.httpPort(),
            relay.opsPort(),
            relay.hosts().size());
    String scheme = config.http().tls().isPresent() ? "https" : "http";
    String host =
        config.http().host().isAnyLocalAddress()
            ? "localhost"
            : config.http().host().getHostAddress();
    out.println();
    out.println("  page     " + scheme + "://" + host + ":" + relay.httpPort() + "/consult");
    if (config.dev()) {
      String token =
          new TokenIssuer(ApiKeys.DEV_KEY, ApiKeys.DEV_SECRET, InstantSource.system())
              .issue(Grants.join("patient", "demo"), Duration.ofHours(6));
      out.println("  token    " + token);
      out.println(
          "           (room demo, identity patient; development key devkey, secret secret)");
    }
    out.println();
  }

  /**
   * SIGTERM lets calls go on until they end or the deadline comes; a second one ends them, as one
   * always does that nobody handles. The interrupt from the keyboard ends them at once.
   */
  private static void stopWhenDrained(Relay relay) {
    CompletableFuture<Void> _ =
        relay.drained().thenRun(() -> new Thread(() -> System.exit(0), "drained").start());
    AtomicBoolean asked = new AtomicBoolean();
    Signals.handle(
        "TERM",
        "ends calls at once",
        () -> {
          if (asked.compareAndSet(false, true)) {
            relay.drain(true);
          } else {
            log().warn("a second SIGTERM: whoever is still here is told to go elsewhere");
            System.exit(TERMINATED);
          }
        });
  }

  /** Not a constant: there must be no logger before the configuration is read. */
  private static Logger log() {
    return LoggerFactory.getLogger(RelayServer.class);
  }

  private static void stop(Relay relay) {
    try {
      relay.close();
    } catch (IOException e) {
      log().warn("the relay did not stop cleanly: {}", e.toString());
    }
  }
}
