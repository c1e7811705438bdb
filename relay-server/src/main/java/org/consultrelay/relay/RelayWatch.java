package org.consultrelay.relay;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.config.AdmissionConfig;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.net.ThreadOrder;
import org.consultrelay.relay.ops.Drain;
import org.consultrelay.relay.ops.Headroom;
import org.consultrelay.relay.ops.HealthCheck;
import org.consultrelay.relay.ops.OpsServer;
import org.consultrelay.relay.room.Rooms;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a running relay from a thread of its own, which no loop can hold up: what is left for new
 * rooms, whether the loops respond, and how far a drain is.
 */
final class RelayWatch implements OpsServer.Orders, AutoCloseable {
  private static final long INTERVAL_MILLIS = 250;

  /** What goodbyes need to get out. */
  private static final long FAREWELL_MILLIS = 500;

  /** Carriers of virtual threads and compilers come and go. */
  private static final long ORDER_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(RelayWatch.class);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watch").factory());
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final List<MediaHost> hosts;
  private final Rooms rooms;
  private final HandshakeGate gate;
  private final MediaDoors doors;
  private final Headroom headroom;
  private final LoopWatch loops;
  private final Drain drain;

  private RelayWatch(
      RelayConfig config,
      List<MediaHost> hosts,
      Rooms rooms,
      HandshakeGate gate,
      MediaDoors doors) {
    this.hosts = hosts;
    this.rooms = rooms;
    this.gate = gate;
    this.doors = doors;
    this.headroom = new Headroom(config.admission(), rooms.loops(), config.dtls().maxHandshakes());
    this.loops = new LoopWatch(hosts, config.admission(), System.nanoTime());
    this.drain = new Drain(config.ops().drainDeadline(), rooms::roomCount, rooms::participantCount);
  }

  /** From now on new rooms depend on headroom. */
  static RelayWatch start(
      RelayConfig config,
      List<MediaHost> hosts,
      Rooms rooms,
      HandshakeGate gate,
      MediaDoors doors) {
    RelayWatch watch = new RelayWatch(config, hosts, rooms, gate, doors);
    rooms.admission(watch.headroom);
    ScheduledFuture<?> _ =
        watch.thread.scheduleAtFixedRate(
            watch::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    ThreadOrder order = ThreadOrder.ofThisProcess();
    ScheduledFuture<?> _ =
        watch.thread.scheduleAtFixedRate(order::apply, 0, ORDER_SECONDS, TimeUnit.SECONDS);
    return watch;
  }

  private void look() {
    try {
      long now = System.nanoTime();
      loops.ask();
      boolean other =
          headroom.observe(
              hosts.stream().map(LoopReadings::of).toList(), gate.active(), System.nanoTime());
      if (other && headroom.isEnabled()) {
        LOG.warn(
            "new rooms are {}: {} % headroom, the fullest is {}",
            headroom.takesRooms() ? "taken again" : "refused",
            Math.round(100 * headroom.left()),
            headroom.fullest());
      }
      advance(now);
    } catch (RuntimeException e) {
      // Thrown on, it would end the watch.
      LOG.error("the watch failed", e);
    }
  }

  private void advance(long now) {
    switch (drain.advance(now)) {
      case NONE -> {}
      case TELL -> LOG.info("draining: {}", drain.progress(now));
      case EMPTY -> {
        LOG.info("drained: nobody is here any more");
        drained.complete(null);
      }
      case DEADLINE -> {
        LOG.warn("the drain's deadline has come: {}", drain.progress(now));
        CompletableFuture<Void> _ = rooms.closeAll();
        ScheduledFuture<?> _ =
            thread.schedule(() -> drained.complete(null), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  @Override
  public void drain() {
    drain(false);
  }

  /** As {@link #drain()}; not to be taken back when the process ends in any case. */
  void drain(boolean forGood) {
    // Before the first look at how many rooms there are: none may come after it.
    headroom.draining(true);
    doors.draining(true);
    long now = System.nanoTime();
    if (drain.begin(forGood, now)) {
      LOG.info("draining: no new rooms; {}", drain.progress(now));
    }
  }

  @Override
  public Drain.TakenBack takeBack() {
    Drain.TakenBack outcome = drain.takeBack();
    if (outcome == Drain.TakenBack.DONE) {
      headroom.draining(false);
      doors.draining(false);
      LOG.info("the drain is taken back: new rooms are taken again");
    }
    return outcome;
  }

  @Override
  public Drain.Progress progress() {
    return drain.progress(System.nanoTime());
  }

  /** Completes when a drain has come to its end. */
  CompletableFuture<Void> drained() {
    return drained;
  }

  /** Other limits of admission from now on. */
  void configure(AdmissionConfig config) {
    thread.execute(() -> headroom.configure(config));
    loops.configure(config);
  }

  Headroom headroom() {
    return headroom;
  }

  /** Each loop has run a task within two seconds. */
  HealthCheck loopsRespond() {
    return new HealthCheck("loops", () -> loops.silent(System.nanoTime()));
  }

  HealthCheck notDraining() {
    return new HealthCheck(
        "drain",
        () ->
            Optional.of(progress())
                .filter(Drain.Progress::draining)
                .map(progress -> "draining: " + progress));
  }

  HealthCheck hasHeadroom() {
    return new HealthCheck(
        "headroom",
        () ->
            headroom.takesRooms() || progress().draining()
                ? Optional.empty()
                : Optional.of(
                    "new rooms are refused: %d %% headroom, the fullest is %s"
                        .formatted(Math.round(100 * headroom.left()), headroom.fullest())));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
