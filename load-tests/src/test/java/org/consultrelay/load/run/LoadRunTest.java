package org.consultrelay.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Simulated participants meet through a real relay. */
@Timeout(120)
class LoadRunTest {
  private static final long SECOND = 1_000_000_000L;
  private static RelayProcess relay;

  @BeforeAll
  static void startRelay() throws Exception {
    relay = RelayProcess.start(List.of(), List.of("-XX:+UseZGC"), List.of("net.loops=1"));
  }

  @AfterAll
  static void stopRelay() {
    relay.close();
  }

  static Target target() {
    TokenIssuer tokens = new TokenIssuer("devkey", "secret", InstantSource.system());
    return new Target(
        new Target.Whip(relay.door("/whip/v1"), relay.door("/whep/v1")),
        (room, identity) -> tokens.issue(Grants.join(identity, room), Duration.ofHours(1)),
        relay.metrics(),
        relay.processId());
  }

  static List<Consultation> rooms(int count, int legs, boolean video, int seconds) {
    List<Consultation> schedule = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Leg> who = new ArrayList<>();
      for (int l = 0; l < legs; l++) {
        who.add(new Leg("p" + l, 0, true, video));
      }
      schedule.add(new Consultation(i, "run-" + i, i * 20_000_000L, seconds * SECOND, who, false));
    }
    return schedule;
  }

  private static RunResult run(List<Consultation> schedule, LoadOptions options) throws Exception {
    try (LoadRun run = LoadRun.start(schedule, target(), options)) {
      return run.await();
    }
  }

  @Test
  void everybodyHearsAndSeesTheOthers() throws Exception {
    RunResult result = run(rooms(5, 3, true, 5), LoadOptions.DEFAULT);
    System.out.println(describe(result));
    assertThat(result.failures()).isEmpty();
    assertThat(result.joined()).isEqualTo(15);
    assertThat(result.dropouts()).isZero();
    assertThat(result.loss()).isZero();
    assertThat(result.wrong()).isZero();
    assertThat(result.duplicates()).isZero();
    assertThat(result.firstAudio().getTotalCount()).isEqualTo(30);
    assertThat(result.firstKeyFrame().getTotalCount()).isEqualTo(30);
    assertThat(result.latency().getTotalCount()).isGreaterThan(5_000);
  }

  @Test
  void lossOnTheLineIsRepairedAndBothAreTold() throws Exception {
    RunResult result = run(rooms(3, 2, true, 6), LoadOptions.DEFAULT.withLoss(0.05));
    System.out.println(describe(result));
    assertThat(result.failures()).isEmpty();
    assertThat(result.networkLoss()).isBetween(0.02, 0.15);
    assertThat(result.totals().repaired()).isPositive();
    assertThat(result.traffic().retransmitted()).isPositive();
    assertThat(result.loss()).isLessThan(result.networkLoss());
  }

  @Test
  void h264() throws Exception {
    RunResult result =
        run(rooms(2, 2, true, 4), new LoadOptions(300, 25, 1, Codec.H264, 32, false, 0, 1, 1, 20));
    System.out.println(describe(result));
    assertThat(result.failures()).isEmpty();
    assertThat(result.loss()).isZero();
    assertThat(result.firstKeyFrame().getTotalCount()).isEqualTo(4);
  }

  static String describe(RunResult r) {
    return "joined "
        + r.joined()
        + "/"
        + r.expectedJoins()
        + " failures "
        + r.failures()
        + " dropouts "
        + r.dropouts()
        + "\n"
        + r.totals()
        + "\n"
        + r.traffic()
        + "\njoin p50 "
        + r.join().getValueAtPercentile(50)
        + " p99 "
        + r.join().getValueAtPercentile(99)
        + " us; first audio p50 "
        + r.firstAudio().getValueAtPercentile(50)
        + " key frame p50 "
        + r.firstKeyFrame().getValueAtPercentile(50)
        + " latency p50 "
        + r.latency().getValueAtPercentile(50)
        + " p99 "
        + r.latency().getValueAtPercentile(99)
        + " corrected p99 "
        + r.corrected().getValueAtPercentile(99)
        + " late p99 "
        + r.lateness().getValueAtPercentile(99)
        + " server cpu s "
        + r.serverCpuSeconds()
        + " tester "
        + r.testerCpuSeconds();
  }
}
