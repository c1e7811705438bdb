package org.consultrelay.relay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.api.TokenVerifier;
import org.consultrelay.relay.config.CipherChoice;
import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.consult.ConsultPage;
import org.consultrelay.relay.consult.ConsultService;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.net.IoMode;
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.ops.DeepCheck;
import org.consultrelay.relay.ops.HealthCheck;
import org.consultrelay.relay.ops.HeapKeeper;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.ops.OpsServer;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.room.RoomEventsOf;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.livekit.LiveKitDoor;
import org.consultrelay.relay.signal.livekit.LiveKitSessions;
import org.consultrelay.relay.signal.livekit.service.ServerApi;
import org.consultrelay.relay.signal.livekit.webhook.Webhooks;
import org.consultrelay.relay.signal.whip.WhipDoor;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.store.Store;
import org.consultrelay.relay.transport.Demultiplexer;
import org.consultrelay.relay.transport.Strays;
import org.consultrelay.relay.transport.UfragDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running relay: its loops, its rooms and its doors. Closing it ends every session. */
public final class Relay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  /**
   * Handshakes that may begin in a second, per processor: what one core does when it does little
   * else.
   */
  private static final int HANDSHAKES_PER_PROCESSOR = 1_000;

  private static final Duration FILE_CHECK = Duration.ofSeconds(2);

  private static final int DOOR_PATIENCE_MILLIS = 500;

  private final Vertx vertx;
  private final ExecutorService handshakes;
  private final List<MediaHost> hosts;
  private final Handovers handovers;
  private final Rooms rooms;
  private final Metrics metrics;
  private final HttpDoor http;
  private final MediaDoors doors;
  private final AuditLog audit;
  private final Store store;
  private final Webhooks webhooks;
  private final RelayWatch watch;
  private final @Nullable ConfigReload reload;
  private final @Nullable ConsultService consult;
  private final int opsPort;

  private Relay(
      Vertx vertx,
      ExecutorService handshakes,
      List<MediaHost> hosts,
      Handovers handovers,
      Rooms rooms,
      Metrics metrics,
      HttpDoor http,
      MediaDoors doors,
      AuditLog audit,
      Store store,
      Webhooks webhooks,
      RelayWatch watch,
      @Nullable ConfigReload reload,
      @Nullable ConsultService consult,
      int opsPort) {
    this.vertx = vertx;
    this.handshakes = handshakes;
    this.hosts = hosts;
    this.handovers = handovers;
    this.rooms = rooms;
    this.metrics = metrics;
    this.http = http;
    this.doors = doors;
    this.audit = audit;
    this.store = store;
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
    // A few tenths of a second the first time, which another processor can spend meanwhile.
    CompletableFuture<DtlsCertificate> certificate =
        CompletableFuture.supplyAsync(() -> DtlsCertificate.generate(new SecureRandom()));
    SrtpCiphers ciphers =
        config.srtp().ciphers() == CipherChoice.JAVA
            ? SrtpCiphers.pureJava()
            : SrtpCiphers.detect();
    LOG.info("{}", ciphers.description());
    LOG.info("self-test: {} SRTP packets as the JCE makes them", ciphers.selfTest());

    IoMode io = IoMode.valueOf(config.net().io().name());
    int loops = config.net().loops();
    int httpLoops = Math.max(1, loops / 2);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(io.nativeTransport())
                .setEventLoopPoolSize(loops + httpLoops));
    ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    List<MediaHost> hosts = new ArrayList<>();
    Handovers handovers = new Handovers(loops);
    Metrics metrics = new Metrics(Cli.versionNumber());
    AuditLog audit = new AuditLog(config.log().audit(), InstantSource.system());
    Store store = store(config);
    try {
      return start(
          config,
          files,
          ciphers,
          certificate.get(),
          vertx,
          handshakes,
          hosts,
          handovers,
          metrics,
          audit,
          store,
          httpLoops);
    } catch (Exception e) {
      for (MediaHost host : hosts) {
        await(host.loop().close());
      }
      await(vertx.close());
      handovers.close();
      handshakes.shutdownNow();
      metrics.close();
      audit.close();
      store.close();
      throw e;
    }
  }

  private static Relay start(
      RelayConfig config,
      @Nullable ConfigFiles files,
      SrtpCiphers ciphers,
      DtlsCertificate certificate,
      Vertx vertx,
      ExecutorService handshakes,
      List<MediaHost> hosts,
      Handovers handovers,
      Metrics metrics,
      AuditLog audit,
      Store store,
      int httpLoops)
      throws Exception {
    SecureRandom random = new SecureRandom();
    DtlsContext dtls =
        new DtlsContext(
            certificate,
            ciphers.profiles().stream().map(SrtpProfile::id).toList(),
            new DtlsLimits(
                config.dtls().handshakeTimeout(),
                DtlsLimits.DEFAULT.refusalGrace(),
                DtlsLimits.DEFAULT.retransmission()),
            new HandshakeGate(
                config.dtls().maxHandshakes(),
                HANDSHAKES_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()),
            handshakes);
    IceTimeouts ice =
        IceTimeouts.of(
            Duration.ofSeconds(30),
            min(Duration.ofSeconds(15), config),
            config.ice().consentTimeout());
    List<InetAddress> addresses = LocalAddresses.toBind(config.net());
    UfragDirectory directory = new UfragDirectory();
    for (int i = 0; i < config.net().loops(); i++) {
      int port = mediaPort(config, hosts, i);
      try {
        hosts.add(
            MediaHost.start(
                vertx, config, i, addresses, ciphers, dtls, ice, random, directory, port));
      } catch (BindException e) {
        throw StartFailure.media(port, e);
      }
    }
    Certificates certificates = certificates(config);
    MediaDoors doors = MediaDoors.open(config, hosts, addresses, handshakes, certificates, random);
    join(handovers, hosts, directory, config.net().onePort());
    List<RoomLoop> loops = hosts.stream().map(MediaHost::roomLoop).toList();
    SessionLog log = new SessionLog(doors::sessionBegan, doors::sessionEnded, audit);
    TokenVerifier tokens =
        new TokenVerifier(new ApiKeyring(LiveConfig.keys(config)), InstantSource.system());
    HttpLoops away = HttpLoops.find(vertx, hosts, httpLoops);
    Webhooks webhooks =
        Webhooks.start(
            config.webhooks(), tokens.keys(), store, vertx, away.context(), InstantSource.system());
    RoomEvents events =
        webhooks.isEnabled() ? new RoomEventsOf(List.of(log, webhooks.source())) : log;
    Rooms rooms = new Rooms(loops, LiveConfig.limits(config), events, random);
    rooms.tenants().replace(LiveConfig.shares(config));
    LateIceServers iceServers = new LateIceServers();
    LiveKitSessions livekit =
        new LiveKitSessions(rooms, random, tokens.keys(), iceServers, config.dev());
    DoorMetrics.register(metrics, doors, certificates);
    ServerApi api = new ServerApi(tokens, rooms, audit);
    WebhookMetrics.register(metrics, webhooks);
    RelayMetrics.register(metrics, hosts, handovers, rooms, log, dtls.gate(), livekit);
    SignalMetrics.register(metrics, api);
    ConsultService consult =
        config.consult().enabled()
            ? ConsultParts.open(config, tokens.keys(), store, rooms, audit, random)
            : null;
    ConsultParts.register(metrics, consult);
    List<Consumer<Router>> routes = new ArrayList<>();
    routes.add(new LiveKitDoor(tokens, livekit)::mount);
    routes.add(api::mount);
    routes.add(new WhipDoor(tokens, rooms, random, iceServers)::mount);
    if (consult != null) {
      routes.add(ConsultParts.door(config, tokens, consult)::mount);
    }
    routes.add(new ApiDescription()::mount);
    routes.add(new ConsultPage(config.dev(), tokens.keys())::mount);
    HttpDoor http = HttpDoor.start(vertx, config, away, routes);
    doors.openShared(http.behindSharedPort());
    iceServers.set(doors.iceServers());
    if (certificates != null) {
      certificates.onReload(() -> http.reload(certificates.forVertx()));
      watch(vertx, certificates::check);
    }
    RelayWatch watch = RelayWatch.start(config, hosts, rooms, dtls.gate(), doors);
    DeepCheck deep =
        new DeepCheck(new TrialCall(hosts, ciphers, random, handshakes), System::nanoTime);
    OpsMetrics.register(metrics, hosts, rooms, watch, deep, audit);
    OpsServer ops =
        new OpsServer(
            vertx,
            config.ops(),
            metrics,
            List.of(loopsRespond(hosts)),
            List.of(
                watch.loopsRespond(),
                portsOpen(config, http),
                watch.notDraining(),
                hasRoom(rooms),
                watch.hasHeadroom()),
            watch,
            deep,
            new RoomInspection(rooms, RoomInspection.PATIENCE_MILLIS));
    KeyMetrics keys = KeyMetrics.register(metrics, tokens.keys(), rooms.tenants());
    ConfigReload reload = null;
    if (files != null) {
      LiveConfig live = new LiveConfig(tokens.keys(), rooms, watch, doors, keys, webhooks, random);
      reload = new ConfigReload(files, config, live::apply);
      reload.register(metrics);
      ops.onReload(reload::reload);
      watch(vertx, reload::look);
    }
    int opsPort;
    try {
      opsPort = await(away.start(0, ops::start));
    } catch (Exception e) {
      watch.close();
      throw StartFailure.ops(config.ops(), e);
    }
    if (consult != null) {
      consult.start();
    }
    HeapKeeper.start(vertx);
    WarmUp.begin(ciphers);
    return new Relay(
        vertx,
        handshakes,
        hosts,
        handovers,
        rooms,
        metrics,
        http,
        doors,
        audit,
        store,
        webhooks,
        watch,
        reload,
        consult,
        opsPort);
  }

  private static Store store(RelayConfig config) throws StartFailure {
    try {
      return Store.open(config.store().file());
    } catch (IOException e) {
      throw StartFailure.store(config.store(), e);
    }
  }

  private static @Nullable Certificates certificates(RelayConfig config) throws StartFailure {
    if (config.http().tls().isEmpty()) {
      return null;
    }
    try {
      return new Certificates(
          config.http().tls().get().certificate(), config.http().tls().get().key());
    } catch (IOException e) {
      throw StartFailure.certificate(e);
    }
  }

  /** Looks every few seconds whether files have changed, away from the loops. */
  private static void watch(Vertx vertx, Runnable look) {
    vertx.setPeriodic(
        FILE_CHECK.toMillis(),
        _ -> {
          Future<?> _ =
              vertx.executeBlocking(() -> {
                look.run();
                return null;
              });
        });
  }

  /** The port of a loop; where they share one that the system chose, that of the first. */
  private static int mediaPort(RelayConfig config, List<MediaHost> hosts, int loop) {
    return config.net().onePort() && loop > 0
        ? hosts.getFirst().loop().ports().getFirst().localAddress().port()
        : config.net().mediaPort(loop);
  }

  /** The loops hand over to each other what came in on another one. */
  private static void join(
      Handovers handovers, List<MediaHost> hosts, UfragDirectory directory, boolean onePort) {
    for (MediaHost host : hosts) {
      host.loop().execute(() -> handovers.join(host.loop(), new LoopInbox(host.demultiplexer())));
    }
    if (hosts.size() > 1) {
      Strays.join(
          handovers,
          directory,
          hosts.stream().map(MediaHost::demultiplexer).toArray(Demultiplexer[]::new),
          onePort);
    }
  }

  private static Duration min(Duration limit, RelayConfig config) {
    Duration consent = config.ice().consentTimeout();
    return consent.compareTo(limit) < 0 ? consent : limit;
  }

  private static HealthCheck loopsRespond(List<MediaHost> hosts) {
    return new HealthCheck(
        "loops",
        () -> {
          long now = System.nanoTime();
          for (MediaHost host : hosts) {
            long silent = now - host.loop().nowNanos();
            if (silent > Duration.ofSeconds(5).toNanos()) {
              return Optional.of(
                  "loop "
                      + host.loop().index()
                      + " has not turned for "
                      + silent / 1_000_000
                      + " ms");
            }
          }
          return Optional.empty();
        });
  }

  private static HealthCheck hasRoom(Rooms rooms) {
    return new HealthCheck(
        "capacity",
        () ->
            rooms.participantCount() < rooms.limits().maxParticipants()
                    && rooms.roomCount() < rooms.limits().maxRooms()
                ? Optional.empty()
                : Optional.of("the relay is full"));
  }

  /** The door takes connections. Media ports cannot be asked: {@code /health/deep} tries them. */
  private static HealthCheck portsOpen(RelayConfig config, HttpDoor http) {
    InetAddress host = config.http().host();
    InetSocketAddress door =
        new InetSocketAddress(
            host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host, http.port());
    return new HealthCheck(
        "ports",
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(door, DOOR_PATIENCE_MILLIS);
            return Optional.empty();
          } catch (IOException e) {
            return Optional.of("TCP port " + door.getPort() + ": " + e.getMessage());
          }
        });
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
    return metrics;
  }

  /** The rooms. */
  public Rooms rooms() {
    return rooms;
  }

  /** The loops that carry media. */
  public List<MediaHost> hosts() {
    return hosts;
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
    audit.close();
    doors.close();
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
