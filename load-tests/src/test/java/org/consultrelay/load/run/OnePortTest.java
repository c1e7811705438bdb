package org.consultrelay.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.load.middle.LocalRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two loops behind one port: half of all senders come in on the loop that has not their room. */
@Timeout(120)
class OnePortTest {
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void everybodyMeetsThoughTheyComeInAstray(String io) throws Exception {
    try (LocalRelay relay = LocalRelay.start("net.onePort=true", "net.loops=2", "net.io=" + io)) {
      RunResult result;
      try (LoadRun run =
          LoadRun.start(
              LoadRunTest.rooms(8, 3, true, 5), relay.liveKitTarget(), LoadOptions.DEFAULT)) {
        result = run.await();
      }
      System.out.println(LoadRunTest.describe(result));
      assertThat(result.failures()).isEmpty();
      assertThat(result.joined()).isEqualTo(24);
      assertThat(result.dropouts()).isZero();
      assertThat(result.loss()).isZero();
      assertThat(result.wrong()).isZero();
      assertThat(result.duplicates()).isZero();
      // Of 24 senders one in 16 million times all come in where their room is.
      assertThat(relay.metric("relay_handover_packets_total")).isGreaterThan(100);
      assertThat(relay.metric("relay_handover_drops_total")).isZero();
    }
  }

  @Test
  void withAPortForEachLoopNothingIsHandedOver() throws Exception {
    try (LocalRelay relay = LocalRelay.start("net.loops=2")) {
      try (LoadRun run =
          LoadRun.start(
              LoadRunTest.rooms(4, 2, false, 2), relay.liveKitTarget(), LoadOptions.DEFAULT)) {
        assertThat(run.await().loss()).isZero();
      }
      assertThat(relay.metric("relay_handover_packets_total")).isZero();
    }
  }
}
