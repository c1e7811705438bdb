package org.consultrelay.load.middle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
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
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of the tester, whole: participants load a real relay through something that is at fault in
 * a known way, and the result must say so, no more and no less.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultyRelayTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long SEED = 20_200_316;
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

  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {"VP8", "H264"})
  void aRelayWithoutFaultIsFoundWithoutFault(Codec codec) throws Exception {
    LoadOptions options = new LoadOptions(200, 15, 1, codec, 24, true, 0, 1, SEED, 20);
    RunResult result = run(schedule("clean-" + codec, 3, 3, true, 4), options);
    assertAllJoined(result, 9);
    assertThat(result.firstAudio().getTotalCount()).isEqualTo(18);
    assertThat(result.firstKeyFrame().getTotalCount()).isEqualTo(18);
    assertThat(result.totals().expected()).isGreaterThan(1_000);
    assertThat(result.totals().lostOnNetwork()).isZero();
    assertThat(result.totals().leftOut()).isZero();
    assertThat(result.totals().reordered()).isZero();
    assertThat(result.duplicates()).isZero();
    assertThat(result.wrong()).isZero();
    assertThat(result.traffic().unknownStream()).isZero();
  }

  @Test
  void onePercentLossIsReportedAsOnePercent() throws Exception {
    try (FaultyMiddle middle =
        FaultyMiddle.before(relay.url(), Faults.NONE, Faults.loss(0.01), SEED)) {
      RunResult result = run(middle, schedule("loss", 12, 2, false, 8), OPTIONS);
      assertAllJoined(result, 24);
      long dropped = middle.down().dropped(SessionOffer.OPUS);
      long passed = middle.down().passed(SessionOffer.OPUS);
      assertThat(passed).as("enough to tell").isGreaterThan(5_000);
      // What was dropped before a stream's first or after its last packet cannot be known.
      assertThat(result.totals().lostOnNetwork()).isBetween(dropped - 2 * 24, dropped);
      assertThat(result.totals().lost()).isEqualTo(result.totals().lostOnNetwork());
      assertThat(result.loss()).isCloseTo((double) dropped / (dropped + passed), within(0.003));
      assertThat(result.loss()).isCloseTo(0.01, within(4 * Math.sqrt(0.01 / passed)));
      assertThat(result.duplicates()).isZero();
      assertThat(result.wrong()).isZero();
    }
  }

  @Test
  void lossThatRetransmissionMendsIsToldFromLossThatStays() throws Exception {
    try (FaultyMiddle middle =
        FaultyMiddle.before(relay.url(), Faults.NONE, Faults.loss(0.05), SEED)) {
      RunResult result = run(middle, schedule("repair", 4, 2, true, 6), OPTIONS);
      assertAllJoined(result, 8);
      long video = middle.down().dropped(SessionOffer.VP8);
      long audio = middle.down().dropped(SessionOffer.OPUS);
      assertThat(video).isGreaterThan(50);
      assertThat(result.totals().lostOnNetwork()).isBetween(video + audio - 3 * 16, video + audio);
      assertThat(result.totals().repaired()).isGreaterThan(video * 8 / 10);
      assertThat(result.totals().lost())
          .isEqualTo(result.totals().lostOnNetwork() - result.totals().repaired());
      assertThat(result.duplicates()).isZero();
    }
  }

  @Test
  void lossOnTheWayToTheRelayIsRepairedByThePublisher() throws Exception {
    try (FaultyMiddle middle =
        FaultyMiddle.before(relay.url(), Faults.loss(0.05), Faults.NONE, SEED)) {
      RunResult result = run(middle, schedule("uplink", 4, 2, true, 6), OPTIONS);
      assertAllJoined(result, 8);
      assertThat(middle.up().dropped(SessionOffer.VP8)).isGreaterThan(50);
      assertThat(result.traffic().nacksReceived()).isGreaterThan(40);
      assertThat(result.traffic().retransmitted()).isGreaterThan(40);
      assertThat(middle.up().marked(SessionOffer.VP8_RTX))
          .as("retransmissions of packets that end a frame")
          .isPositive();
      assertThat(result.duplicates()).isZero();
      assertThat(result.wrong()).isZero();
    }
  }

  @Test
  void twentyMillisecondsAreReportedAsTwentyMilliseconds() throws Exception {
    long delay = 20_000_000;
    RunResult without = run(schedule("no-delay", 2, 2, false, 3), OPTIONS);
    try (FaultyMiddle middle =
        FaultyMiddle.before(relay.url(), Faults.NONE, Faults.delay(delay), SEED)) {
      RunResult with = run(middle, schedule("delay", 2, 2, false, 3), OPTIONS);
      assertAllJoined(with, 4);
      // The least of hundreds of packets, which a busy machine does not shift: none can be quicker
      // than the delay, and the quickest has little else to wait for.
      assertThat(least(with.latency()) - least(without.latency())).isBetween(15.0, 100.0);
      assertThat(least(with.latency())).isGreaterThanOrEqualTo(20.0);
      assertThat(least(with.corrected())).isGreaterThanOrEqualTo(20.0);
      assertThat(with.totals().lostOnNetwork()).isZero();
    }
  }

  @Test
  void packetsThatComeTwiceAreCaught() throws Exception {
    try (FaultyMiddle middle =
        FaultyMiddle.before(relay.url(), Faults.NONE, Faults.duplication(0.1), SEED)) {
      RunResult result = run(middle, schedule("twice", 2, 2, true, 4), OPTIONS);
      assertAllJoined(result, 4);
      assertThat(middle.down().duplicated()).isGreaterThan(50);
      assertThat(result.duplicates())
          .isBetween(middle.down().duplicated() - 20, middle.down().duplicated());
      assertThat(result.totals().lostOnNetwork()).isZero();
    }
  }

  @Test
  void packetsThatWereAlteredAreCaught() throws Exception {
    try (FaultyMiddle middle =
        FaultyMiddle.before(relay.url(), Faults.NONE, Faults.corruption(0.1), SEED)) {
      RunResult result = run(middle, schedule("altered", 2, 2, false, 4), OPTIONS);
      assertAllJoined(result, 4);
      assertThat(middle.down().altered()).isGreaterThan(50);
      assertThat(result.wrong()).isBetween(middle.down().altered() - 20, middle.down().altered());
    }
  }

  @Test
  void aRelayThatPlaysSomebodyElseIsCaught() throws Exception {
    try (FaultyMiddle middle =
        FaultyMiddle.confusing(
            relay.url(),
            path ->
                path.endsWith("p1")
                    ? path.replace("p1", "p2")
                    : path.endsWith("p2") ? path.replace("p2", "p1") : path)) {
      RunResult result = run(middle, schedule("swapped", 1, 3, false, 3), OPTIONS);
      assertAllJoined(result, 3);
      // Of six streams p0 gets two wrong ones, and p1 and p2 each hear themselves once.
      assertThat(result.totals().wrongPublisher()).isGreaterThan(100);
      assertThat(result.totals().wrongPublisher()).isLessThan(result.traffic().received());
      assertThat(result.totals().damaged()).isZero();
    }
  }

  private static void assertAllJoined(RunResult result, int legs) {
    assertThat(result.failures()).isEmpty();
    assertThat(result.joined()).isEqualTo(legs);
    assertThat(result.dropouts()).isZero();
    assertThat(result.traffic().socketDrops()).isZero();
  }

  private static double least(Histogram micros) {
    return micros.getMinValue() / 1e3;
  }

  private static List<Consultation> schedule(
      String name, int rooms, int people, boolean video, int seconds) {
    List<Consultation> schedule = new ArrayList<>();
    for (int room = 0; room < rooms; room++) {
      List<Leg> legs =
          IntStream.range(0, people).mapToObj(who -> new Leg("p" + who, 0, true, video)).toList();
      schedule.add(
          new Consultation(
              room, name + "-" + room, room * SECOND / 20, seconds * SECOND, legs, false));
    }
    return schedule;
  }

  private static RunResult run(List<Consultation> schedule, LoadOptions options) throws Exception {
    try (LoadRun run = LoadRun.start(schedule, relay.target(), options)) {
      return run.await();
    }
  }

  private static RunResult run(
      FaultyMiddle middle, List<Consultation> schedule, LoadOptions options) throws Exception {
    try (LoadRun run = LoadRun.start(schedule, relay.targetThrough(middle.url()), options)) {
      return run.await();
    }
  }
}
