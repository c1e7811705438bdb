package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.consultrelay.relay.sfu.LineSummary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the relay says of a call is what the network did to it. */
class CallSummaryTest {
  private static final double SECONDS = 30;

  @ParameterizedTest
  @CsvSource({"1, 0.0, 20", "2, 0.03, 40", "3, 0.08, 90"})
  void saysWhatTheNetworkDid(long seed, double loss, int delayMillis) {
    Conditions conditions =
        new Conditions(loss, 0, 1, delayMillis * Conditions.MILLI, 2 * Conditions.MILLI, 0, 0, 0);
    try (SimulatedConsultation call = new SimulatedConsultation(seed, conditions)) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      double began = call.untilConnected();
      call.network.runUntil(began + SECONDS);
      LineSummary in = call.publisher.transport.media().summary();
      LineSummary out = subscriber.transport.media().summary();
      assertThat(in.packetsIn()).isGreaterThan(1_000);
      assertThat(in.lossInPercent()).isCloseTo(100 * loss, within(1.5));
      assertThat(out.packetsOut()).isGreaterThan(1_000);
      assertThat(out.lossOutPercent()).isCloseTo(100 * loss, within(1.5));
      assertThat(out.roundTripNanos() / 1e6).isCloseTo(2.0 * delayMillis, within(12.0));
      assertThat(out.worstRoundTripNanos()).isGreaterThanOrEqualTo(out.roundTripNanos());
      assertThat(in.score()).isBetween(in.lowestScore(), 4.5f);
      if (loss == 0) {
        assertThat(out.lowestScore()).isGreaterThan(4.2f);
      } else {
        assertThat(out.score()).isLessThan(4.4f);
      }
    }
  }
}
