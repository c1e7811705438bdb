package org.consultrelay.load.turn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.consultrelay.load.turn.TurnRound.Bottleneck;

/** Something to measure of a TURN server. */
public sealed interface TurnScenario {
  /** Beyond this share lost, a cost per packet is not that of a sound run. */
  double MOST_LOSS = 0.005;

  /** For people and for {@code --scenario}. */
  String name();

  /** Whether each measurement wants a server that has just started. */
  default boolean wantsFreshServer() {
    return false;
  }

  /** One measurement. */
  TurnRound measure(TurnServer server) throws Exception;

  /** This process, which is the driver. */
  private static ServerFigures self() throws IOException {
    return ServerFigures.read(ProcessHandle.current().pid());
  }

  /**
   * Channel data: packets relayed for each processor second of the server.
   *
   * @param loops of the driver
   * @param warmUpSeconds of traffic before, not counted
   * @param seconds counted, at most 200: sessions refresh nothing
   */
  record ChannelData(
      String name, int allocations, TrafficShape shape, int loops, int warmUpSeconds, int seconds)
      implements TurnScenario {
    private static final int AT_ONCE = 32;
    private static final long DRAIN_MILLIS = 500;

    @Override
    public TurnRound measure(TurnServer server) throws Exception {
      try (TurnDriver driver = new TurnDriver(server.target(), loops, true)) {
        TurnDriver.Sessions sessions = driver.connect(allocations, AT_ONCE);
        if (sessions.failed() > 0) {
          throw new IllegalStateException(
              sessions.failed() + " allocations failed: " + sessions.firstFailure());
        }
        driver.send(shape);
        TimeUnit.SECONDS.sleep(warmUpSeconds);
        ServerFigures self = self();
        FlowCounts before = driver.counts();
        ServerFigures then = ServerFigures.read(server.processId());
        TimeUnit.SECONDS.sleep(seconds);
        FlowCounts after = driver.counts();
        ServerFigures now = ServerFigures.read(server.processId());
        ServerFigures selfNow = self();
        driver.stopSending();
        TimeUnit.MILLISECONDS.sleep(DRAIN_MILLIS);
        FlowCounts all = driver.counts();
        driver.delete(allocations, AT_ONCE);
        return round(after.minus(before), all, then, now, self, selfNow);
      }
    }

    private TurnRound round(
        FlowCounts counted,
        FlowCounts all,
        ServerFigures then,
        ServerFigures now,
        ServerFigures self,
        ServerFigures selfNow) {
      double cpu = now.cpuSince(then);
      double elapsed = now.secondsSince(then);
      double serverBusy = now.busiestThreadSince(then);
      double driverBusy = selfNow.busiestThreadSince(self);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("packets/CPU-s", counted.received() / cpu);
      figures.put("µs/packet", cpu * 1e6 / counted.received());
      figures.put("packets/s", counted.received() / elapsed);
      figures.put("loss %", 100 * all.loss());
      figures.put("late", (double) all.late());
      figures.put("server busy", serverBusy);
      figures.put("driver busy", driverBusy);
      figures.put("driver µs/packet", selfNow.cpuSince(self) * 1e6 / counted.received());
      Bottleneck bottleneck =
          shape.packetsPerSecond() > 0
              ? Bottleneck.RATE
              : TurnRound.bottleneck(serverBusy, driverBusy);
      List<String> failures = new ArrayList<>();
      if (bottleneck == Bottleneck.DRIVER) {
        failures.add(DRIVER_BOUND);
      }
      if (all.loss() > MOST_LOSS) {
        failures.add("lost " + all.lost() + " of " + all.sent() + " packets");
      }
      if (all.duplicated() > 0 || all.strange() > 0) {
        failures.add(all.duplicated() + " packets came twice, " + all.strange() + " are not ours");
      }
      double wished =
          (double) shape.packetsPerSecond() * ((shape.up() ? 1 : 0) + (shape.down() ? 1 : 0));
      if (counted.sent() / elapsed < 0.98 * wished) {
        failures.add("the driver sent less than the rate: it is the bottleneck");
      }
      return new TurnRound(figures, bottleneck, failures);
    }
  }

  /** What is said when the driver is what is measured. */
  String DRIVER_BOUND =
      "the driver is the bottleneck, not the server: give it more loops, or a rate that it manages";

  /**
   * Allocate and delete, over and over.
   *
   * @param atOnce sessions under way at most
   * @param perSecond sessions begun; 0: as many as the server manages
   */
  record Churn(String name, int atOnce, int perSecond, int loops, int warmUpSeconds, int seconds)
      implements TurnScenario {
    @Override
    public TurnRound measure(TurnServer server) throws Exception {
      try (TurnDriver driver = new TurnDriver(server.target(), loops, true)) {
        driver.churn(atOnce, perSecond, warmUpSeconds);
        ServerFigures self = self();
        ServerFigures then = ServerFigures.read(server.processId());
        TurnDriver.Sessions sessions = driver.churn(atOnce, perSecond, seconds);
        ServerFigures now = ServerFigures.read(server.processId());
        ServerFigures selfNow = self();
        double serverBusy = now.busiestThreadSince(then);
        double driverBusy = selfNow.busiestThreadSince(self);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("allocations/CPU-s", sessions.done() / now.cpuSince(then));
        figures.put("allocations/s", sessions.perSecond());
        figures.put("failed", (double) sessions.failed());
        figures.put("server busy", serverBusy);
        figures.put("driver busy", driverBusy);
        figures.put("driver µs/allocation", selfNow.cpuSince(self) * 1e6 / sessions.done());
        Bottleneck bottleneck =
            perSecond > 0 ? Bottleneck.RATE : TurnRound.bottleneck(serverBusy, driverBusy);
        List<String> failures = new ArrayList<>();
        if (bottleneck == Bottleneck.DRIVER) {
          failures.add(DRIVER_BOUND);
        }
        if (sessions.failed() > sessions.done() * MOST_LOSS) {
          failures.add(sessions.failed() + " sessions failed: " + sessions.firstFailure());
        }
        if (sessions.perSecond() < 0.98 * perSecond) {
          failures.add("fewer sessions than the rate: the driver is the bottleneck");
        }
        return new TurnRound(figures, bottleneck, failures);
      }
    }
  }

  /**
   * Allocations that stay: how quickly they come, and the memory that each keeps. On a server that
   * has just started and has had a few already.
   */
  record Held(String name, int allocations, int atOnce, int loops) implements TurnScenario {
    private static final int BEFORE = 64;

    @Override
    public boolean wantsFreshServer() {
      return true;
    }

    @Override
    public TurnRound measure(TurnServer server) throws Exception {
      try (TurnDriver first = new TurnDriver(server.target(), 1, true)) {
        first.allocate(BEFORE, atOnce);
        first.delete(BEFORE, atOnce);
      }
      try (TurnDriver driver = new TurnDriver(server.target(), loops, true)) {
        double heapBefore = LiveHeap.bytes(server.processId());
        ServerFigures self = self();
        ServerFigures then = ServerFigures.read(server.processId());
        TurnDriver.Sessions sessions = driver.allocate(allocations, atOnce);
        ServerFigures now = ServerFigures.read(server.processId());
        ServerFigures selfNow = self();
        double heap = LiveHeap.bytes(server.processId()) - heapBefore;
        double each = Math.max(1, sessions.done());
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(
            "bytes/allocation (PSS)", (now.proportionalBytes() - then.proportionalBytes()) / each);
        figures.put("bytes/allocation (RSS)", (now.residentBytes() - then.residentBytes()) / each);
        figures.put("live heap bytes/allocation", heap / each);
        figures.put("files/allocation", (now.openFiles() - then.openFiles()) / each);
        figures.put("allocations/CPU-s", sessions.done() / now.cpuSince(then));
        figures.put("allocations/s", sessions.perSecond());
        driver.delete(allocations, atOnce);
        Bottleneck bottleneck =
            TurnRound.bottleneck(now.busiestThreadSince(then), selfNow.busiestThreadSince(self));
        List<String> failures = new ArrayList<>();
        if (sessions.failed() > 0) {
          failures.add(sessions.failed() + " allocations failed: " + sessions.firstFailure());
        }
        return new TurnRound(figures, bottleneck, failures);
      }
    }
  }
}
