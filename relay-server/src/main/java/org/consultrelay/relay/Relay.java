package org.consultrelay.relay;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.consult.ConsultService;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.livekit.webhook.Webhooks;
import org.jspecify.annotations.Nullable;

/** A running relay: its loops, its rooms and its doors. Closing it ends every session. */
public final class Relay implements AutoCloseable {
  private final RelayFoundation base;
  private final Rooms rooms;
  private final HttpDoor http;
  private final MediaDoors doors;
  private final Webhooks webhooks;
  private final RelayWatch watch;
  private final @Nullable ConfigReload reload;
  private final @Nullable ConsultService consult;
  private final int opsPort;

  Relay(
      RelayFoundation base,
      Rooms rooms,
      HttpDoor http,
      MediaDoors doors,
      Webhooks webhooks,
      RelayWatch watch,
      @Nullable ConfigReload reload,
      @Nullable ConsultService consult,
      int opsPort) {
    this.base = base;
    this.rooms = rooms;
    this.http = http;
    this.doors = doors;
    this.webhooks = webhooks;
    this.watch = watch;
    this.reload = reload;
    this.consult = consult;
    this.opsPort = opsPort;
  }

  /**
   * Starts a relay.
   *
   * @throws Exception with a message of one line that names the key to change, when a port or an
   *     address cannot be had
   */
  public static Relay start(RelayConfig config) throws Exception {
    return start(config, null);
  }

  /**
   * Starts a relay whose configuration can be read again.
   *
   * @param files where it was read from; null when from nowhere
   * @throws Exception as {@link #start(RelayConfig)} does
   */
  public static Relay start(RelayConfig config, @Nullable ConfigFiles files) throws Exception {
    return RelayAssembly.start(config, files);
  }

  /**
   * Takes no new rooms from now on; when those that there are have ended, or at {@code
   * ops.drainDeadline}, {@link #drained} completes.
   *
   * @param forGood whether it cannot be taken back, because the process ends in any case
   */
  public void drain(boolean forGood) {
    watch.drain(forGood);
  }

  /** Completes when a drain has come to its end, whoever began it. */
  public CompletableFuture<Void> drained() {
    return watch.drained();
  }

  /** Reads the configuration again, if it came from files; what came of it is in the log. */
  void reload() {
    if (reload != null) {
      reload.reload();
    }
  }

  /** The TCP port of the HTTP door. */
  public int httpPort() {
    return http.port();
  }

  /** What the HTTP door answers, as "GET /path/{parameter}". */
  List<String> routes() {
    return http.routes();
  }

  /** The TCP port of the operators' door. */
  public int opsPort() {
    return opsPort;
  }

  /** TURN's UDP port; 0 when it has none. */
  public int turnUdpPort() {
    return doors.turnUdpPort();
  }

  /** TURN's TCP port; 0 when it has none. */
  public int turnTcpPort() {
    return doors.turnTcpPort();
  }

  /** TURN's TLS port; 0 when it has none. */
  public int turnTlsPort() {
    return doors.turnTlsPort();
  }

  /** The port that HTTPS and TURN over TLS share; 0 when there is none. */
  public int sharedTlsPort() {
    return doors.sharedTlsPort();
  }

  /** What the operators see. */
  Metrics metrics() {
    return base.metrics();
  }

  /** The rooms. */
  public Rooms rooms() {
    return rooms;
  }

  /** The loops that carry media. */
  public List<MediaHost> hosts() {
    return base.hosts();
  }

  /** Ends every session, tells the peers, and stops. */
  @Override
  public void close() throws IOException {
    watch.close();
    if (consult != null) {
      consult.close();
    }
    rooms.closeAll().join();
    webhooks.close();
    doors.close();
    base.close();
  }
}
