package org.consultrelay.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.consultrelay.load.middle.LocalRelay;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Simulated participants meet through the LiveKit protocol of a real relay. */
@Timeout(120)
class LiveKitDoorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final LoadOptions OPTIONS =
      new LoadOptions(200, 15, 1, Codec.VP8, 32, false, 0, 1, 20_200_323, 20);

  private static final String LEAVES =
      "relay_signal_messages_total{direction=\"rx\",type=\"leave\"";

  private static LocalRelay relay;

  @BeforeAll
  static void start() {
    relay = LocalRelay.start();
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  private static List<Consultation> rooms(
      String name, int count, int people, int publishers, int seconds, boolean vanishes) {
    List<Consultation> schedule = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Leg> who =
          IntStream.range(0, people)
              .mapToObj(leg -> new Leg("p" + leg, 0, leg < publishers, leg < publishers))
              .toList();
      schedule.add(
          new Consultation(i, name + "-" + i, i * SECOND / 50, seconds * SECOND, who, vanishes));
    }
    return schedule;
  }

  private static RunResult run(List<Consultation> schedule, Target target, LoadOptions options)
      throws Exception {
    try (LoadRun run = LoadRun.start(schedule, target, options)) {
      RunResult result = run.await();
      System.out.println(LoadRunTest.describe(result));
      return result;
    }
  }

  @Test
  void everybodyHearsAndSeesTheOthers() throws Exception {
    RunResult result = run(rooms("few", 4, 3, 3, 5, false), relay.liveKitTarget(), OPTIONS);
    assertThat(result.failures()).isEmpty();
    assertThat(result.joined()).isEqualTo(12);
    assertThat(result.dropouts()).isZero();
    assertThat(result.totals().expected()).isGreaterThan(5_000);
    assertThat(result.loss()).isZero();
    assertThat(result.wrong()).isZero();
    assertThat(result.duplicates()).isZero();
    assertThat(result.totals().silentStreams()).isZero();
    assertThat(result.firstAudio().getTotalCount()).isEqualTo(24);
    assertThat(result.firstKeyFrame().getTotalCount()).isEqualTo(24);
  }

  @Test
  void moreTracksThanWereReservedAreAskedForAndCome() throws Exception {
    RunResult result = run(rooms("many", 1, 7, 7, 6, false), relay.liveKitTarget(), OPTIONS);
    assertThat(result.failures()).isEmpty();
    assertThat(result.loss()).isZero();
    assertThat(result.wrong()).isZero();
    assertThat(result.firstAudio().getTotalCount()).isEqualTo(42);
    assertThat(result.firstKeyFrame().getTotalCount()).isEqualTo(42);
  }

  @Test
  void whoOnlyListensIsInAndHearsThoseWhoSend() throws Exception {
    RunResult result = run(rooms("lecture", 1, 6, 2, 5, false), relay.liveKitTarget(), OPTIONS);
    assertThat(result.failures()).isEmpty();
    assertThat(result.joined()).isEqualTo(6);
    assertThat(result.loss()).isZero();
    assertThat(result.wrong()).isZero();
    assertThat(result.firstAudio().getTotalCount()).isEqualTo(2 + 4 * 2);
    assertThat(result.firstKeyFrame().getTotalCount()).isEqualTo(2 + 4 * 2);
  }

  @Test
  void h264AndLossOnTheLineThatIsRepaired() throws Exception {
    LoadOptions lossy = new LoadOptions(200, 15, 1, Codec.H264, 32, false, 0.05, 1, 7, 20);
    RunResult result = run(rooms("lossy", 2, 2, 2, 6, false), relay.liveKitTarget(), lossy);
    assertThat(result.failures()).isEmpty();
    assertThat(result.networkLoss()).isBetween(0.02, 0.15);
    assertThat(result.totals().repaired()).isPositive();
    assertThat(result.traffic().retransmitted()).isPositive();
    assertThat(result.loss()).isLessThan(result.networkLoss());
  }

  @Test
  void mediaOfAWrongPersonIsFoundOut() throws Exception {
    Target honest = relay.liveKitTarget();
    Target swapped =
        new Target(
            honest.entrance(),
            (room, identity) -> relay.token(room, identity.equals("p0") ? "p1" : "p0"),
            null,
            -1);
    RunResult result = run(rooms("swapped", 1, 2, 2, 4, false), swapped, OPTIONS);
    assertThat(result.totals().wrongPublisher()).isGreaterThan(100);
  }

  @Test
  void aRefusedTokenIsToldAsSuch() throws Exception {
    Target target =
        new Target(relay.liveKitTarget().entrance(), (room, identity) -> "forged", null, -1);
    RunResult result = run(rooms("forged", 1, 2, 2, 2, false), target, OPTIONS);
    assertThat(result.joined()).isZero();
    assertThat(result.failureCount()).isEqualTo(2);
    assertThat(result.failures().keySet())
        .singleElement()
        .asString()
        .startsWith("join: HTTP 401: ");
  }

  @Test
  void whoIsSentAwayUntilLaterIsCountedAsSuch() throws Exception {
    try (LocalRelay small = LocalRelay.start("rooms.maxRooms=1")) {
      RunResult result = run(rooms("small", 2, 2, 2, 4, false), small.liveKitTarget(), OPTIONS);
      assertThat(result.joined()).isEqualTo(2);
      assertThat(result.failures())
          .containsExactly(
              Map.entry(
                  "join: HTTP 503: the relay is full, try again shortly (Retry-After: 5)", 2));
      assertThat(result.intervals().stream().mapToInt(Interval::refusals).sum()).isEqualTo(2);
      assertThat(result.intervals().stream().mapToInt(Interval::knocks).sum()).isEqualTo(4);
      assertThat(result.loss()).isZero();
    }
  }

  @Test
  void aRefusedTrackIsToldAsSuch() throws Exception {
    try (LocalRelay strict = LocalRelay.start("rooms.e2ee=required")) {
      RunResult result = run(rooms("strict", 1, 2, 2, 2, false), strict.liveKitTarget(), OPTIONS);
      assertThat(result.joined()).isZero();
      assertThat(result.failures())
          .containsExactly(Map.entry("join: the relay refuses to publish: NOT_ALLOWED", 2));
    }
  }

  @Test
  void whoIsPutOutHasDroppedOut() throws Exception {
    try (LoadRun run =
        LoadRun.start(rooms("put-out", 1, 2, 2, 5, false), relay.liveKitTarget(), OPTIONS)) {
      while (run.figures().joined() < 2) {
        assertThat(run.isOver(50)).isFalse();
      }
      relay.putOut("put-out-0", "p1");
      RunResult result = run.await();
      assertThat(result.joined()).isEqualTo(2);
      assertThat(result.dropouts()).isEqualTo(1);
    }
  }

  @Test
  void whoLeavesSaysSoAndWhoVanishesDoesNot() throws Exception {
    double before = relay.metric(LEAVES);
    run(rooms("vanished", 1, 2, 2, 3, true), relay.liveKitTarget(), OPTIONS);
    assertThat(relay.participants("vanished-0")).as("nobody told the relay").isEqualTo(2);
    assertThat(relay.metric(LEAVES)).isEqualTo(before);
    run(rooms("polite", 1, 2, 2, 3, false), relay.liveKitTarget(), OPTIONS);
    assertThat(relay.metric(LEAVES)).isEqualTo(before + 2);
    assertThat(relay.participants("polite-0")).isZero();
  }
}
