package org.consultrelay.load.middle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.consultrelay.load.peer.SessionOffer;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.load.run.LoadOptions;
import org.consultrelay.load.run.LoadRun;
import org.consultrelay.load.run.RunResult;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What does not come must not pass for what came: a relay that accepts everybody and then stays
 * silent, freezes, or keeps people waiting is found out.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SilentRelayTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long SEED = 20_200_323;
  private static final LoadOptions OPTIONS =
      new LoadOptions(200, 15, 1, Codec.VP8, 32, false, 0, 1, SEED, 20);

  private static LocalRelay relay;

  @BeforeAll
  static void start() {
    relay = LocalRelay.start();
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  @Test
  void picturesThatNeverComeAreLost() throws Exception {
    try (FaultyMiddle middle = FaultyMiddle.before(relay.url(), Faults.NONE, Faults.NONE, SEED)) {
      middle.down().mute(SessionOffer.VP8);
      middle.down().mute(SessionOffer.VP8_RTX);
      RunResult result = run(middle, schedule("blind", 2, 2, true, 8));
      assertThat(result.joined()).isEqualTo(4);
      assertThat(result.totals().silentStreams()).isEqualTo(4);
      assertThat(result.totals().neverCame()).isGreaterThan(4 * 15 * 3);
      assertThat(result.totals().lost()).isEqualTo(result.totals().neverCame());
      assertThat(result.loss()).isGreaterThan(0.2);
      assertThat(result.networkLoss()).isEqualTo(result.loss());
    }
  }

  @Test
  void aRelayThatFreezesLosesWhatComesAfter() throws Exception {
    try (FaultyMiddle middle = FaultyMiddle.before(relay.url(), Faults.NONE, Faults.NONE, SEED)) {
      try (LoadRun run =
          LoadRun.start(
              schedule("frozen", 2, 2, false, 8), relay.targetThrough(middle.url()), OPTIONS)) {
        while (middle.down().passed(SessionOffer.OPUS) < 600) {
          assertThat(run.isOver(10)).isFalse();
        }
        middle.down().mute(SessionOffer.OPUS);
        RunResult result = run.await();
        long dropped = middle.down().dropped(SessionOffer.OPUS);
        long passed = middle.down().passed(SessionOffer.OPUS);
        assertThat(dropped).as("enough to tell").isGreaterThan(300);
        assertThat(result.totals().silentStreams()).isZero();
        // What was sent within the last second could still have come.
        assertThat(result.totals().lost()).isBetween(dropped - 4 * 75, dropped);
        assertThat(result.totals().neverCame()).isEqualTo(result.totals().lost());
        assertThat(result.loss()).isCloseTo((double) dropped / (dropped + passed), within(0.2));
      }
    }
  }

  @Test
  void whoCannotPlayAnybodyUntilTheEndHasFailed() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (FaultyMiddle middle = FaultyMiddle.confusing(relay.url(), holding("/whep/", done))) {
      RunResult result = run(middle, schedule("unplayed", 2, 2, false, 4));
      assertThat(result.joined()).isEqualTo(4);
      assertThat(result.failureCount()).isEqualTo(4);
      assertThat(result.failures().keySet()).allMatch(reason -> reason.startsWith("play: "));
      assertThat(result.loss()).as("nothing was to come, so nothing can be said").isNaN();
    } finally {
      done.countDown();
    }
  }

  @Test
  void whoIsStillWaitingAtTheDoorWhenItIsOverHasFailed() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    LoadOptions impatient = new LoadOptions(200, 15, 1, Codec.VP8, 32, false, 0, 1, SEED, 5);
    try (FaultyMiddle middle = FaultyMiddle.confusing(relay.url(), holding("/whip/", done))) {
      try (LoadRun run =
          LoadRun.start(
              schedule("waiting", 2, 2, false, 3), relay.targetThrough(middle.url()), impatient)) {
        RunResult result = run.await();
        assertThat(result.joined()).isZero();
        assertThat(result.failures()).containsExactly(Map.entry("join: timed out", 4));
      }
    } finally {
      done.countDown();
    }
  }

  @Test
  void whoComesInWhenItIsOverHasFailedAndTheirTimeCounts() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (FaultyMiddle middle = FaultyMiddle.confusing(relay.url(), holding("/whip/", done));
        LoadRun run =
            LoadRun.start(
                schedule("late", 1, 2, false, 2), relay.targetThrough(middle.url()), OPTIONS)) {
      while (run.figures().seconds() < 3) {
        assertThat(run.isOver(50)).isFalse();
      }
      done.countDown();
      RunResult result = run.await();
      assertThat(result.joined()).isZero();
      assertThat(result.failures())
          .containsExactly(Map.entry("join: came in when the consultation was over", 2));
      assertThat(result.join().getTotalCount()).isEqualTo(2);
      assertThat(result.join().getMinValue() / 1e6).isGreaterThan(2);
    } finally {
      done.countDown();
    }
  }

  /** Does not answer requests to such paths until told. */
  private static UnaryOperator<String> holding(String where, CountDownLatch until) {
    return path -> {
      if (path.contains(where)) {
        try {
          until.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return path;
    };
  }

  private static List<Consultation> schedule(
      String name, int rooms, int people, boolean video, int seconds) {
    List<Consultation> schedule = new ArrayList<>();
    for (int room = 0; room < rooms; room++) {
      List<Leg> legs =
          IntStream.range(0, people).mapToObj(who -> new Leg("p" + who, 0, true, video)).toList();
      schedule.add(new Consultation(room, name + "-" + room, 0, seconds * SECOND, legs, false));
    }
    return schedule;
  }

  private static RunResult run(FaultyMiddle middle, List<Consultation> schedule)
      throws IOException, InterruptedException {
    try (LoadRun run = LoadRun.start(schedule, relay.targetThrough(middle.url()), OPTIONS)) {
      return run.await();
    }
  }
}
