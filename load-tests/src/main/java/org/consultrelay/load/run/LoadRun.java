package org.consultrelay.load.run;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.consultrelay.load.peer.LoopTraffic;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.SocketBuffers;

/**
 * A load that runs: consultations come and go as the schedule says, whatever the relay does. Any
 * thread.
 */
public final class LoadRun implements AutoCloseable {
  private static final int START_SECONDS = 30;

  /** Room for several frames' bursts; thousands of sockets have one each. */
  private static final int SOCKET_BUFFER = 256 << 10;

  private static final int SOCKET_BATCH = 64 << 10;

  private final Vertx vertx;
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final JoinLog log = new JoinLog();
  private final Presence presence = new Presence();
  private final Door door;
  private final LoadClock clock;
  private final Meter meter;
  private final List<Thread> consultations = new ArrayList<>();
  private final Thread director;

  private LoadRun(Vertx vertx, List<Consultation> schedule, Target target, LoadOptions options)
      throws IOException, InterruptedException {
    this.vertx = vertx;
    List<LoopTraffic> loops = loops(vertx, options);
    PeerFactory peers = new PeerFactory(options, handshakes);
    door =
        switch (target.entrance()) {
          case Target.Whip whip -> new WhipDoor(whip, target, options, peers, log);
          case Target.LiveKit(URI url) -> new LiveKitDoor(url, target, options, peers, log);
        };
    peers.warmUp();
    int legs = schedule.stream().mapToInt(each -> each.legs().size()).sum();
    clock = new LoadClock();
    meter = new Meter(clock, loops, log, presence, new ServerProbe(target), legs);
    meter.start();
    int publisher = 1;
    for (Consultation each : schedule) {
      LoopTraffic traffic = loops.get(each.number() % loops.size());
      consultations.add(
          Thread.ofVirtual()
              .start(new ConsultationRun(each, clock, door, log, presence, traffic, publisher)));
      publisher += each.legs().size();
    }
    director = Thread.ofVirtual().start(this::direct);
  }

  /**
   * Starts a load.
   *
   * @param schedule what is to happen
   * @param target the relay
   * @param options what participants send
   * @throws IOException when the tester's own sockets cannot be had
   */
  public static LoadRun start(List<Consultation> schedule, Target target, LoadOptions options)
      throws IOException, InterruptedException {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(options.loops()));
    try {
      return new LoadRun(vertx, List.copyOf(schedule), target, options);
    } catch (IOException | InterruptedException | RuntimeException e) {
      vertx.close().await();
      throw e;
    }
  }

  private static List<LoopTraffic> loops(Vertx vertx, LoadOptions options)
      throws IOException, InterruptedException {
    List<LoopTraffic> loops = new ArrayList<>();
    for (int i = 0; i < options.loops(); i++) {
      LoopOptions loop =
          LoopOptions.of(i, 0)
              .withBindAddresses(List.of(InetAddress.getLoopbackAddress()))
              .withBuffers(new SocketBuffers(SOCKET_BUFFER, SOCKET_BUFFER))
              .withSendBatchBytes(SOCKET_BATCH);
      // The loop's own port is for nobody: each peer opens one.
      try {
        MediaLoop started =
            MediaLoop.start(vertx, loop, (owner, port) -> new NoPeer())
                .toCompletionStage()
                .toCompletableFuture()
                .get(START_SECONDS, TimeUnit.SECONDS);
        loops.add(new LoopTraffic(started, options.loss(), options.seed() + i));
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("the tester's own sockets cannot be had: " + e.getMessage(), e);
      }
    }
    return loops;
  }

  private void direct() {
    try {
      for (Thread each : consultations) {
        each.join();
      }
      meter.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the end, but not for long.
   *
   * @return whether every consultation is over
   */
  public boolean isOver(long patienceMillis) throws InterruptedException {
    return director.join(Duration.ofMillis(patienceMillis));
  }

  /** How it stands. */
  public LiveFigures figures() {
    return meter.live();
  }

  /** Waits until every consultation is over, and says what was seen. */
  public RunResult await() throws InterruptedException {
    director.join();
    return meter.result();
  }

  /** Ends every consultation now. */
  public void stop() {
    clock.stop();
  }

  @Override
  public void close() {
    stop();
    door.close();
    vertx.close().await();
    handshakes.shutdownNow();
  }
}
