package org.consultrelay.load.turn;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A flood of spoofed requests against a server that has calls going on: memory before, during and
 * after, what the flood made it send, and whether the calls and new allocations noticed.
 */
public final class FloodRun {
  /** Calls that are there before: sound both ways. */
  private static final int CALLS = 20;

  private static final TrafficShape SOUND = new TrafficShape(160, 1, 1_000, 64, true, true);
  private static final int NEW_PER_SECOND = 20;
  private static final int NEW_AT_ONCE = 16;
  private static final int BEFORE_SECONDS = 3;

  /** What issue 5 allows. */
  private static final double MOST_GAIN = 2;

  private final int perSecond;
  private final int seconds;
  private final PrintStream out;

  /**
   * A run to come.
   *
   * @param perSecond spoofed requests a second
   * @param seconds of each of the two kinds of requests, at most 100
   */
  public FloodRun(int perSecond, int seconds, PrintStream out) {
    this.perSecond = perSecond;
    this.seconds = seconds;
    this.out = out;
  }

  /** Floods with Allocate, then with Binding. Returns what was wrong; empty when nothing was. */
  public List<String> run(TurnServer server) throws Exception {
    List<String> wrong = new ArrayList<>();
    for (SpoofFlood.Kind kind : SpoofFlood.Kind.values()) {
      run(server, kind, wrong);
    }
    return wrong;
  }

  private void run(TurnServer server, SpoofFlood.Kind kind, List<String> wrong) throws Exception {
    try (TurnDriver calls = new TurnDriver(server.target(), 1, true);
        TurnDriver comers = new TurnDriver(server.target(), 1, true);
        ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      TurnDriver.Sessions connected = calls.connect(CALLS, CALLS);
      if (connected.failed() > 0) {
        wrong.add("before the flood: " + connected.firstFailure());
        return;
      }
      calls.send(SOUND);
      TimeUnit.SECONDS.sleep(BEFORE_SECONDS);
      ServerFigures before = ServerFigures.read(server.processId());
      Future<SpoofFlood.Result> flood =
          threads.submit(() ->
              new SpoofFlood(server.target().server(), new SecureRandom())
                  .run(kind, perSecond, seconds));
      Future<TurnDriver.Sessions> joining =
          threads.submit(() -> comers.churn(NEW_AT_ONCE, NEW_PER_SECOND, seconds));
      long most = before.residentBytes();
      for (int second = 0; second < seconds; second++) {
        TimeUnit.SECONDS.sleep(1);
        most = Math.max(most, ServerFigures.read(server.processId()).residentBytes());
      }
      SpoofFlood.Result result = flood.get();
      TurnDriver.Sessions joined = joining.get();
      ServerFigures after = ServerFigures.read(server.processId());
      calls.stopSending();
      TimeUnit.SECONDS.sleep(1);
      FlowCounts counts = calls.counts();
      calls.delete(CALLS, CALLS);
      tell(server, result, before, most, after, counts, joined);
      judge(server, result, counts, joined, wrong);
    }
  }

  private void tell(
      TurnServer server,
      SpoofFlood.Result result,
      ServerFigures before,
      long most,
      ServerFigures after,
      FlowCounts counts,
      TurnDriver.Sessions joined) {
    out.printf(
        Locale.ROOT,
        "%s, %s: %,d requests in %.1f s (%,d bytes in), %,d answers (%,d bytes out), gain %.2f,"
            + " largest answer %d bytes%n",
        server.name(),
        result.kind(),
        result.requests(),
        result.seconds(),
        result.bytesIn(),
        result.answers(),
        result.bytesOut(),
        result.gain(),
        result.largestAnswer());
    out.printf(
        Locale.ROOT,
        "  resident %.1f MiB before, %.1f at most, %.1f after; processor time %.2f s;"
            + " files %d -> %d%n",
        before.residentBytes() / 1048576.0,
        most / 1048576.0,
        after.residentBytes() / 1048576.0,
        after.cpuSince(before),
        before.openFiles(),
        after.openFiles());
    out.printf(
        Locale.ROOT,
        "  calls meanwhile: %,d packets, %d lost, %d late; %d new allocations, %d failed%s%n",
        counts.sent(),
        counts.lost(),
        counts.late(),
        joined.done(),
        joined.failed(),
        joined.failed() > 0 ? " (" + joined.firstFailure() + ")" : "");
  }

  private void judge(
      TurnServer server,
      SpoofFlood.Result result,
      FlowCounts counts,
      TurnDriver.Sessions joined,
      List<String> wrong) {
    String where = server.name() + ", " + result.kind() + ": ";
    if (result.gain() > MOST_GAIN) {
      wrong.add(where + String.format(Locale.ROOT, "%.2f bytes out for a byte in", result.gain()));
    }
    if (counts.loss() > TurnScenario.MOST_LOSS) {
      wrong.add(where + counts.lost() + " packets of calls were lost");
    }
    if (joined.failed() > 0 || joined.done() == 0) {
      wrong.add(where + joined.failed() + " new allocations failed: " + joined.firstFailure());
    }
    if (result.requests() < 0.95 * perSecond * seconds) {
      wrong.add(where + "the flood was slower than asked: " + result.requests() + " requests");
    }
  }
}
