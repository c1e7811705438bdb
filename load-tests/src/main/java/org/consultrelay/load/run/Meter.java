package org.consultrelay.load.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.consultrelay.load.peer.LoopTraffic;
import org.consultrelay.load.peer.StreamTotals;
import org.consultrelay.load.peer.TrafficCounters;

/** Measures a run second by second, on a thread of its own. */
final class Meter {
  private static final long SECOND = 1_000_000_000L;
  private static final int LOOP_PATIENCE_SECONDS = 5;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final LoadClock clock;
  private final List<LoopTraffic> loops;
  private final JoinLog log;
  private final Presence presence;
  private final ServerProbe server;
  private final int expectedJoins;
  private final List<StreamTotals> known;
  private final List<Interval> intervals = new ArrayList<>();
  private final Histogram latency = histogram();
  private final Histogram corrected = histogram();
  private final Histogram lateness = histogram();
  private final double testerCpuAtStart = testerCpu();
  private final CompletableFuture<RunResult> result = new CompletableFuture<>();
  private Snapshot before;
  private double serverCpuAtStart = Double.NaN;
  private volatile boolean stopping;
  private volatile LiveFigures live;

  /** What is compared from second to second. */
  private record Snapshot(
      long nanos,
      int knocks,
      int refused,
      int joined,
      int failed,
      long sent,
      long received,
      long receivedBytes,
      StreamTotals totals,
      double testerCpu,
      double serverCpu) {}

  Meter(
      LoadClock clock,
      List<LoopTraffic> loops,
      JoinLog log,
      Presence presence,
      ServerProbe server,
      int expectedJoins) {
    this.clock = clock;
    this.loops = loops;
    this.known = new ArrayList<>(Collections.nCopies(loops.size(), StreamTotals.NONE));
    this.log = log;
    this.presence = presence;
    this.server = server;
    this.expectedJoins = expectedJoins;
    this.before = new Snapshot(0, 0, 0, 0, 0, 0, 0, 0, StreamTotals.NONE, testerCpu(), Double.NaN);
    this.live =
        new LiveFigures(
            0,
            expectedJoins,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            0,
            Double.NaN);
  }

  /** Begins to measure. Call once. */
  void start() {
    Thread.ofPlatform().daemon().name("load-meter").start(this::measure);
  }

  private static Histogram histogram() {
    return new Histogram(60_000_000, 3);
  }

  private static double testerCpu() {
    return SYSTEM.getProcessCpuTime() / 1e9;
  }

  private void measure() {
    try {
      ServerProbe.Reading first = server.read();
      serverCpuAtStart = first.cpuSeconds();
      before =
          new Snapshot(
              clock.nanos(),
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              StreamTotals.NONE,
              testerCpu(),
              first.cpuSeconds());
      for (long next = SECOND; !stopping; next += SECOND) {
        sleepUntil(next);
        interval();
      }
      result.complete(summary());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private void sleepUntil(long nanos) throws InterruptedException {
    synchronized (this) {
      while (!stopping && clock.nanos() < nanos) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, nanos - clock.nanos()));
      }
    }
  }

  /** Takes one last second, and sums up. Returns when that is done. */
  void stop() {
    stopping = true;
    synchronized (this) {
      notifyAll();
    }
  }

  LiveFigures live() {
    return live;
  }

  RunResult result() throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the run could not be measured", e.getCause());
    }
  }

  private void interval() throws InterruptedException {
    ServerProbe.Reading reading = server.read();
    Histogram latencyNow = histogram();
    Histogram correctedNow = histogram();
    Histogram latenessNow = histogram();
    long sent = 0;
    long received = 0;
    long bytes = 0;
    long undecipherable = 0;
    StreamTotals totals = StreamTotals.NONE;
    for (int i = 0; i < loops.size(); i++) {
      LoopTraffic loop = loops.get(i);
      latencyNow.add(loop.latency().getIntervalHistogram());
      correctedNow.add(loop.corrected().getIntervalHistogram());
      latenessNow.add(loop.lateness().getIntervalHistogram());
      TrafficCounters counters = loop.counters();
      sent += counters.sent;
      received += counters.received;
      bytes += counters.receivedBytes;
      undecipherable += counters.undecipherable;
      totals = totals.plus(totals(i));
    }
    latency.add(latencyNow);
    corrected.add(correctedNow);
    lateness.add(latenessNow);
    Snapshot last = before;
    Snapshot now =
        new Snapshot(
            clock.nanos(),
            presence.attempts.get(),
            log.refusedCount(),
            log.joinedCount(),
            log.failedCount(),
            sent,
            received,
            bytes,
            totals,
            testerCpu(),
            reading.cpuSeconds());
    before = now;
    double span = (now.nanos - last.nanos) / 1e9;
    double testerCpu = (now.testerCpu - last.testerCpu) / span;
    double serverCpu = (now.serverCpu - last.serverCpu) / span;
    Interval interval =
        new Interval(
            now.nanos / 1e9,
            presence.participants.get(),
            presence.consultations.get(),
            now.knocks - last.knocks,
            now.refused - last.refused,
            now.joined - last.joined,
            now.failed - last.failed,
            now.sent - last.sent,
            now.received - last.received,
            now.receivedBytes - last.receivedBytes,
            totals.expected() - last.totals.expected(),
            totals.lostOnNetwork() - last.totals.lostOnNetwork(),
            totals.lost() - last.totals.lost(),
            millis(latencyNow, 50),
            millis(latencyNow, 99),
            millis(latencyNow, 100),
            millis(correctedNow, 99),
            millis(latenessNow, 99),
            testerCpu,
            serverCpu,
            reading.memory(),
            reading.lateMaxMillis(),
            reading.headroom(),
            reading.overload());
    // What is left at the end is counted, but too short to tell a rate.
    if (now.nanos - last.nanos > SECOND / 4) {
      intervals.add(interval);
    }
    live =
        new LiveFigures(
            interval.second(),
            expectedJoins,
            now.joined,
            now.failed,
            interval.participants(),
            interval.consultations(),
            sent,
            received,
            totals.lost(),
            totals.wrongPublisher() + totals.damaged() + undecipherable,
            interval.latencyP50(),
            interval.latencyP99(),
            interval.latenessP99(),
            testerCpu,
            serverCpu);
  }

  /** Streams are their loop's: it is asked, and has an answer or is too busy for one. */
  private StreamTotals totals(int which) throws InterruptedException {
    LoopTraffic loop = loops.get(which);
    CompletableFuture<StreamTotals> asked = new CompletableFuture<>();
    loop.loop().execute(() -> asked.complete(loop.totals()));
    try {
      StreamTotals totals = asked.get(LOOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
      known.set(which, totals);
      return totals;
    } catch (TimeoutException e) {
      // Its lateness says so, and the next second may know more.
      return known.get(which);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a loop of the tester does not count", e);
    }
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? Double.NaN
        : histogram.getValueAtPercentile(percentile) / 1e3;
  }

  private RunResult summary() {
    return new RunResult(
        before.nanos / 1e9,
        expectedJoins,
        log.joinedCount(),
        log.failures(),
        log.dropoutCount(),
        before.totals,
        traffic(),
        log.join(),
        log.firstAudio(),
        log.firstKeyFrame(),
        latency,
        corrected,
        lateness,
        intervals,
        before.serverCpu - serverCpuAtStart,
        before.testerCpu - testerCpuAtStart);
  }

  private RunResult.Traffic traffic() {
    TrafficCounters sum = new TrafficCounters();
    for (LoopTraffic loop : loops) {
      sum.add(loop.counters());
    }
    return new RunResult.Traffic(
        sum.sent,
        sum.sentBytes,
        sum.received,
        sum.receivedBytes,
        sum.undecipherable,
        sum.replayed,
        sum.unknownStream,
        sum.nacksSent,
        sum.nacksReceived,
        sum.retransmitted,
        sum.keyFrameRequestsSent,
        sum.keyFrameRequestsReceived,
        sum.thrownAway,
        sum.socketDrops,
        sum.feedbackReceived);
  }
}
