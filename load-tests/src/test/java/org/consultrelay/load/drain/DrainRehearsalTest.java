package org.consultrelay.load.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.consultrelay.load.run.LoadOptions;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay that is told to stop while consultations go on. */
@Timeout(120)
class DrainRehearsalTest {
  private static final LoadOptions OPTIONS =
      new LoadOptions(100, 10, 1, Codec.VP8, 32, false, 0, 1, 1, 20);
  private static final List<String> SETTINGS =
      List.of("net.loops=1", "net.packetMemory=64MiB", "admission.enabled=false");

  private static DrainOutcome run(DrainPlan plan) throws Exception {
    return DrainRehearsal.run(plan, OPTIONS, SETTINGS, System.out::println);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void nobodyLosesAPacketAndItEndsWhenTheLastHasLeft() throws Exception {
    DrainOutcome outcome =
        run(new DrainPlan(20, seconds(2), seconds(12), seconds(18), seconds(90), 3));
    assertThat(outcome.result().failures()).isEmpty();
    assertThat(outcome.result().joined()).isEqualTo(40);
    assertThat(outcome.result().dropouts()).isZero();
    assertThat(outcome.result().totals().expected()).isGreaterThan(20_000);
    assertThat(outcome.result().totals().lost()).isZero();
    assertThat(outcome.nothingLost()).isTrue();
    assertThat(outcome.newRoom().status()).isEqualTo(503);
    assertThat(outcome.newRoom().retryAfter()).isEqualTo("1");
    assertThat(outcome.oldRoom().status()).isEqualTo(200);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.stoppedWell()).isTrue();
    assertThat(outcome.goneAfterSeconds()).as("well before the deadline").isLessThan(60);
  }

  @Test
  void atTheDeadlineWhoeverIsLeftIsToldToGo() throws Exception {
    DrainOutcome outcome =
        run(new DrainPlan(6, seconds(1), seconds(60), seconds(60), seconds(4), 3));
    assertThat(outcome.result().joined()).isEqualTo(12);
    assertThat(outcome.result().dropouts()).as("told to go").isEqualTo(12);
    assertThat(outcome.result().totals().lost()).as("until then").isZero();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.goneAfterSeconds()).as("not before the deadline").isGreaterThan(4);
  }
}
