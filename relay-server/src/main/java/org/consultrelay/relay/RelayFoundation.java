package org.consultrelay.relay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.net.FailureLog;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.net.IoMode;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.store.Store;

/**
 * What a relay stands on: threads, loops, files. Closed when the relay stops, and when its start
 * fails.
 *
 * @param vertx the event loops, those of media and those of HTTP
 * @param httpLoops how many of them are for HTTP
 * @param handshakes runs what blocks
 * @param hosts the loops that carry media, as they are started
 * @param handovers between them
 */
record RelayFoundation(
    Vertx vertx,
    int httpLoops,
    ExecutorService handshakes,
    List<MediaHost> hosts,
    Handovers handovers,
    Metrics metrics,
    AuditLog audit,
    Store store) {

  /** Without loops yet. */
  static RelayFoundation of(RelayConfig config) throws StartFailure {
    // First, since only this can fail.
    Store store = store(config);
    IoMode io = IoMode.valueOf(config.net().io().name());
    int loops = config.net().loops();
    int httpLoops = Math.max(1, loops / 2);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(io.nativeTransport())
                .setEventLoopPoolSize(loops + httpLoops));
    // What a peer can bring about again and again must not fill the log.
    FailureLog failures = new FailureLog("a task of an event loop");
    vertx.exceptionHandler(failures::add);
    return new RelayFoundation(
        vertx,
        httpLoops,
        Executors.newVirtualThreadPerTaskExecutor(),
        new CopyOnWriteArrayList<>(),
        new Handovers(loops),
        new Metrics(Cli.versionNumber()),
        new AuditLog(config.log().audit(), InstantSource.system()),
        store);
  }

  private static Store store(RelayConfig config) throws StartFailure {
    try {
      return Store.open(config.store().file());
    } catch (IOException e) {
      throw StartFailure.store(config.store(), e);
    }
  }

  /** Stops all of it, in the order in which one needs the other. */
  void close() throws IOException {
    audit.close();
    try {
      for (MediaHost host : hosts) {
        await(host.loop().close());
      }
      await(vertx.close());
      handovers.close();
    } catch (Exception e) {
      throw new IOException("the relay did not stop cleanly", e);
    } finally {
      handshakes.shutdownNow();
      metrics.close();
      store.close();
    }
  }

  static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
