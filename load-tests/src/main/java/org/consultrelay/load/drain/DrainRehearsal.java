package org.consultrelay.load.drain;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.run.LiveFigures;
import org.consultrelay.load.run.LoadOptions;
import org.consultrelay.load.run.LoadRun;
import org.consultrelay.load.run.RunResult;
import org.consultrelay.load.run.Target;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;

/**
 * Starts a relay, lets consultations come in, tells it to stop (SIGTERM) and watches. Packets are
 * judged as in any load: what a publisher sent in the last second of a consultation may be missed
 * without being counted, for it may have been on its way.
 */
public final class DrainRehearsal {
  private static final int WATCH_MILLIS = 100;
  private static final Duration KNOCK = Duration.ofSeconds(20);

  private final DrainPlan plan;
  private final LoadOptions options;
  private final Consumer<String> progress;
  private final TokenIssuer tokens = new TokenIssuer("devkey", "secret", InstantSource.system());

  private record Told(long atNanos, DrainOutcome.Answer newRoom, DrainOutcome.Answer oldRoom) {}

  private DrainRehearsal(DrainPlan plan, LoadOptions options, Consumer<String> progress) {
    this.plan = plan;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Rehearses; takes as long as the longest consultation or the deadline, whichever is first.
   *
   * @param settings of the relay besides, as {@code key=value}
   * @param progress takes a line now and then
   * @throws IOException when the relay does not start, or not everybody is in when the first leaves
   */
  public static DrainOutcome run(
      DrainPlan plan, LoadOptions options, List<String> settings, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.add("ops.drainDeadline=" + plan.deadline().toMillis() + "ms");
    all.add("rooms.departureTimeout=1s");
    all.addAll(settings);
    DrainRehearsal rehearsal = new DrainRehearsal(plan, options, progress);
    try (RelayProcess relay = RelayProcess.start(List.of(), List.of("-XX:+UseZGC"), all)) {
      return rehearsal.with(relay);
    }
  }

  private DrainOutcome with(RelayProcess relay) throws IOException, InterruptedException {
    URI door = relay.door("");
    Target target =
        new Target(
            new Target.LiveKit(URI.create(door.toString().replace("http", "ws"))),
            this::token,
            relay.metrics(),
            relay.processId());
    CompletableFuture<Long> gone = relay.onExit().thenApply(code -> System.nanoTime());
    long begin = System.nanoTime();
    try (LoadRun run = LoadRun.start(plan.schedule(), target, options)) {
      awaitAll(run);
      Told told = tell(relay);
      watch(run, gone);
      // Whoever is left has nobody to talk through any more.
      run.stop();
      RunResult result = run.await();
      long end = await(gone);
      return new DrainOutcome(
          result,
          plan.rooms(),
          (told.atNanos() - begin) / 1e9,
          (end - told.atNanos()) / 1e9,
          relay.onExit().join(),
          told.newRoom(),
          told.oldRoom());
    }
  }

  private String token(String room, String identity) {
    return tokens.issue(Grants.join(identity, room), Duration.ofHours(1));
  }

  private void awaitAll(LoadRun run) throws IOException, InterruptedException {
    LiveFigures now = run.figures();
    while (now.joined() < now.expectedJoins()) {
      if (now.failed() > 0 || now.seconds() > plan.ramp().plus(plan.shortest()).toSeconds()) {
        run.stop();
        throw new IOException(
            now.joined()
                + " of "
                + now.expectedJoins()
                + " were in; what failed: "
                + run.await().failures());
      }
      run.isOver(WATCH_MILLIS);
      now = run.figures();
    }
    progress.accept("all " + now.joined() + " are in after " + Math.round(now.seconds()) + " s");
  }

  private Told tell(RelayProcess relay) throws IOException, InterruptedException {
    long at = System.nanoTime();
    relay.terminate();
    progress.accept("SIGTERM");
    long end = at + KNOCK.toNanos();
    DrainOutcome.Answer newRoom = knock(relay, "drain-too-late");
    // The signal takes its time; a room that is asked about is not opened by that.
    while (newRoom.status() == 200 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
      newRoom = knock(relay, "drain-too-late");
    }
    return new Told(at, newRoom, knock(relay, plan.lastRoom()));
  }

  /** Asks whether somebody would be let in, as clients do. */
  private DrainOutcome.Answer knock(RelayProcess relay, String room)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(relay.door("/rtc/validate"))
                  .timeout(KNOCK)
                  .header("Authorization", "Bearer " + token(room, "p2"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return new DrainOutcome.Answer(
          response.statusCode(), response.headers().firstValue("Retry-After").orElse(""));
    }
  }

  private void watch(LoadRun run, CompletableFuture<Long> gone) throws InterruptedException {
    long next = System.nanoTime();
    while (!run.isOver(WATCH_MILLIS) && !gone.isDone()) {
      if (System.nanoTime() >= next) {
        next += Duration.ofSeconds(5).toNanos();
        LiveFigures now = run.figures();
        progress.accept(
            now.consultations() + " consultations go on, " + now.lost() + " packets lost");
      }
    }
  }

  /** It is given the deadline and some time to close. */
  private long await(CompletableFuture<Long> gone) throws IOException, InterruptedException {
    try {
      return gone.get(plan.deadline().toSeconds() + 30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the relay did not end", e);
    }
  }
}
