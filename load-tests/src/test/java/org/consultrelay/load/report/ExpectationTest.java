package org.consultrelay.load.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.consultrelay.load.run.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {
  @ParameterizedTest
  @CsvSource({
    "join.success=100%, true",
    "join.success==1, true",
    "join.success>=99.9%, true",
    "join.success<100%, false",
    "loss<0.1%, true",
    "loss<=0, true",
    "loss>0, false",
    "loss.network<0.5%, true",
    "loss.network<0.002, false",
    "join.p50<250ms, true",
    "join.p99<2s, true",
    "join.p99<1s, false",
    "join.max<=1.91s, true",
    "latency.p99<5ms, true",
    "latency.p50 < 450 us, false",
    "latency.corrected.p99<5ms, true",
    "failures=0, true",
    "wrong=0, true",
    "duplicates<1, true",
    "server.cpu-per-packet<200us, true",
    "LATENESS.P99<1ms, true"
  })
  void isMetOrNot(String text, boolean met) {
    Expectation.Outcome outcome = Expectation.parse(text).check(CannedResult.good());
    assertThat(outcome.met()).as("%s, seen %s", text, outcome.seen()).isEqualTo(met);
  }

  @Test
  void aBadRunMissesWhatAGoodOneMeets() {
    RunResult bad = CannedResult.with(Map.of("join: HTTP 503", 50), 200, 0, 800);
    assertThat(Expectation.parse("join.success=100%").check(bad).met()).isFalse();
    assertThat(Expectation.parse("join.success=75%").check(bad).met()).isTrue();
    assertThat(Expectation.parse("loss<0.1%").check(bad).met()).isFalse();
    assertThat(Expectation.parse("failures=50").check(bad).met()).isTrue();
  }

  @Test
  void whatWasNotMeasuredIsNotMet() {
    RunResult good = CannedResult.good();
    RunResult unmeasured =
        new RunResult(
            good.seconds(),
            0,
            0,
            Map.of(),
            0,
            good.totals(),
            good.traffic(),
            new org.HdrHistogram.Histogram(1_000_000, 3),
            good.firstAudio(),
            good.firstKeyFrame(),
            good.latency(),
            good.corrected(),
            good.lateness(),
            good.intervals(),
            Double.NaN,
            1);
    assertThat(Expectation.parse("join.p99<2s").check(unmeasured).met()).isFalse();
    assertThat(Expectation.parse("server.cpu-per-packet<1s").check(unmeasured).met()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "join.p99, is no expectation",
    "join.p99<, is no expectation",
    "<2s, is no expectation",
    "join.p98<2s, there is no figure join.p98",
    "join.p99<2, is a time: write us",
    "join.p99<2%, is a time",
    "loss<1ms, is a share",
    "failures=1%, is a count",
    "loss<1.2.3, is no number"
  })
  void mistakesAreNamed(String text, String message) {
    assertThatThrownBy(() -> Expectation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> Expectation.parse("jitter<1ms"))
        .hasMessageContaining("join.success")
        .hasMessageContaining("latency.p99");
  }
}
