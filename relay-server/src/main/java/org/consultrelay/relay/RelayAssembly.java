package org.consultrelay.relay;

import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.consultrelay.relay.net.stream.Certificates;
import org.consultrelay.relay.ops.DeepCheck;
import org.consultrelay.relay.ops.HeapKeeper;
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
import org.consultrelay.relay.transport.Demultiplexer;
import org.consultrelay.relay.transport.Strays;
import org.consultrelay.relay.transport.UfragDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a relay together, part by part, on its foundation. */
final class RelayAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(RelayAssembly.class);

  /**
   * Handshakes that may begin in a second, per processor: what one core does when it does little
   * else.
   */
  private static final int HANDSHAKES_PER_PROCESSOR = 1_000;

  private static final Duration FILE_CHECK = Duration.ofSeconds(2);

  private final RelayConfig config;
  private final @Nullable ConfigFiles files;
  private final RelayFoundation base;
  private final SrtpCiphers ciphers;
  private final SecureRandom random = new SecureRandom();
  private final HandshakeGate gate;

  private RelayAssembly(
      RelayConfig config, @Nullable ConfigFiles files, RelayFoundation base, SrtpCiphers ciphers) {
    this.config = config;
    this.files = files;
    this.base = base;
    this.ciphers = ciphers;
    this.gate =
        new HandshakeGate(
            config.dtls().maxHandshakes(),
            HANDSHAKES_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
  }

  static Relay start(RelayConfig config, @Nullable ConfigFiles files) throws Exception {
    // A few tenths of a second the first time, which another processor can spend meanwhile.
    CompletableFuture<DtlsCertificate> certificate =
        CompletableFuture.supplyAsync(() -> DtlsCertificate.generate(new SecureRandom()));
    SrtpCiphers ciphers =
        config.srtp().ciphers() == CipherChoice.JAVA
            ? SrtpCiphers.pureJava()
            : SrtpCiphers.detect();
    LOG.info("{}", ciphers.description());
    LOG.info("self-test: {} SRTP packets as the JCE makes them", ciphers.selfTest());
    RelayFoundation base = RelayFoundation.of(config);
    try {
      return new RelayAssembly(config, files, base, ciphers).start(certificate.get());
    } catch (Exception e) {
      try {
        base.close();
      } catch (IOException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  private Relay start(DtlsCertificate certificate) throws Exception {
    List<InetAddress> addresses = LocalAddresses.toBind(config.net());
    UfragDirectory directory = startLoops(addresses, certificate);
    List<MediaHost> hosts = base.hosts();
    Certificates certificates = certificates(config);
    MediaDoors doors =
        MediaDoors.open(config, hosts, addresses, base.handshakes(), certificates, random);
    // After the doors: what comes in by them on another loop is handed over as well.
    join(base.handovers(), hosts, directory, config.net().onePort());
    TokenVerifier tokens =
        new TokenVerifier(new ApiKeyring(LiveConfig.keys(config)), InstantSource.system());
    HttpLoops away = HttpLoops.find(base.vertx(), hosts, base.httpLoops());
    SessionLog log = new SessionLog(doors::sessionBegan, doors::sessionEnded, base.audit());
    Webhooks webhooks =
        Webhooks.start(
            config.webhooks(),
            tokens.keys(),
            base.store(),
            base.vertx(),
            away.context(),
            InstantSource.system());
    Rooms rooms = rooms(log, webhooks);
    LateIceServers iceServers = new LateIceServers();
    LiveKitSessions livekit =
        new LiveKitSessions(rooms, random, tokens.keys(), iceServers, config.dev());
    ServerApi api = new ServerApi(tokens, rooms, base.audit());
    ConsultService consult =
        config.consult().enabled()
            ? ConsultParts.open(config, tokens.keys(), base.store(), rooms, base.audit(), random)
            : null;
    DoorMetrics.register(base.metrics(), doors, certificates);
    StoreMetrics.register(base.metrics(), base.store());
    WebhookMetrics.register(base.metrics(), webhooks);
    RelayMetrics.register(base.metrics(), hosts, base.handovers(), rooms, log, gate, livekit);
    SignalMetrics.register(base.metrics(), api);
    ConsultParts.register(base.metrics(), consult);

    List<Consumer<Router>> routes = new ArrayList<>();
    routes.add(new LiveKitDoor(tokens, livekit)::mount);
    routes.add(api::mount);
    routes.add(new WhipDoor(tokens, rooms, random, iceServers)::mount);
    if (consult != null) {
      routes.add(ConsultParts.door(config, tokens, consult)::mount);
    }
    routes.add(new ApiDescription()::mount);
    routes.add(new ConsultPage(config.dev(), tokens.keys())::mount);
    HttpDoor http = HttpDoor.start(base.vertx(), config, away, routes);
    doors.openShared(http.behindSharedPort());
    iceServers.set(doors.iceServers());
    if (certificates != null) {
      certificates.onReload(() -> http.reload(certificates.forVertx()));
      watchFiles(certificates::check);
    }
    RelayWatch watch = RelayWatch.start(config, hosts, rooms, gate, doors);
    OpsServer ops = ops(http, rooms, watch);
    KeyMetrics keys = KeyMetrics.register(base.metrics(), tokens.keys(), rooms.tenants());
    ConfigReload reload = null;
    if (files != null) {
      LiveConfig live = new LiveConfig(tokens.keys(), rooms, watch, doors, keys, webhooks, random);
      reload = new ConfigReload(files, config, live::apply);
      reload.register(base.metrics());
      ops.onReload(reload::reload);
      watchFiles(reload::look);
    }
    int opsPort;
    try {
      opsPort = RelayFoundation.await(away.start(0, ops::start));
    } catch (Exception e) {
      watch.close();
      throw StartFailure.ops(config.ops(), e);
    }
    if (consult != null) {
      consult.start();
    }
    HeapKeeper.start(base.vertx());
    WarmUp.begin(ciphers);
    return new Relay(base, rooms, http, doors, webhooks, watch, reload, consult, opsPort);
  }

  private UfragDirectory startLoops(List<InetAddress> addresses, DtlsCertificate certificate)
      throws Exception {
    DtlsContext dtls =
        new DtlsContext(
            certificate,
            ciphers.profiles().stream().map(SrtpProfile::id).toList(),
            new DtlsLimits(
                config.dtls().handshakeTimeout(),
                DtlsLimits.DEFAULT.refusalGrace(),
                DtlsLimits.DEFAULT.retransmission()),
            gate,
            base.handshakes());
    IceTimeouts ice =
        IceTimeouts.of(
            Duration.ofSeconds(30),
            min(Duration.ofSeconds(15), config),
            config.ice().consentTimeout());
    List<MediaHost> hosts = base.hosts();
    UfragDirectory directory = new UfragDirectory();
    for (int i = 0; i < config.net().loops(); i++) {
      int port = mediaPort(config, hosts, i);
      try {
        hosts.add(
            MediaHost.start(
                base.vertx(), config, i, addresses, ciphers, dtls, ice, random, directory, port));
      } catch (BindException e) {
        throw StartFailure.media(port, e);
      }
    }
    return directory;
  }

  private Rooms rooms(SessionLog log, Webhooks webhooks) {
    List<RoomLoop> loops = base.hosts().stream().map(MediaHost::roomLoop).toList();
    RoomEvents events =
        webhooks.isEnabled() ? new RoomEventsOf(List.of(log, webhooks.source())) : log;
    Rooms rooms = new Rooms(loops, LiveConfig.limits(config), events, random);
    rooms.tenants().replace(LiveConfig.shares(config));
    return rooms;
  }

  private OpsServer ops(HttpDoor http, Rooms rooms, RelayWatch watch) {
    DeepCheck deep =
        new DeepCheck(
            new TrialCall(base.hosts(), ciphers, random, base.handshakes()), System::nanoTime);
    OpsMetrics.register(base.metrics(), base.hosts(), rooms, watch, deep, base.audit());
    return new OpsServer(
        base.vertx(),
        config.ops(),
        base.metrics(),
        List.of(Readiness.loopsRespond(base.hosts())),
        List.of(
            watch.loopsRespond(),
            Readiness.portsOpen(config, http),
            watch.notDraining(),
            Readiness.hasRoom(rooms),
            watch.hasHeadroom()),
        watch,
        deep,
        new RoomInspection(rooms, RoomInspection.PATIENCE_MILLIS));
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
  private void watchFiles(Runnable look) {
    base.vertx()
        .setPeriodic(
            FILE_CHECK.toMillis(),
            _ -> {
              Future<?> _ =
                  base.vertx()
                      .executeBlocking(() -> {
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
}
