package org.consultrelay.load.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.consultrelay.load.net.NetworkScript.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkScriptTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void aScriptIsRead() {
    NetworkScript script =
        NetworkScript.parse(
            """
            # a train
            0s down 3mbit

            10s both 250kbit queue 200ms  # a village
            20s up loss 100%
            1.5m up loss 0
            """);
    List<Step> steps = script.steps();
    assertThat(steps)
        .extracting(Step::atNanos)
        .containsExactly(0L, 10 * SECOND, 20 * SECOND, 90 * SECOND);
    assertThat(steps.get(0).directions()).containsExactly(Direction.DOWN);
    assertThat(steps.get(1).directions()).containsExactly(Direction.UP, Direction.DOWN);
    Impairment up = Impairment.NONE;
    up = steps.get(1).applyTo(up);
    up = steps.get(2).applyTo(up);
    assertThat(up).isEqualTo(Impairment.NONE.withRate(250_000).withQueueMillis(200).withLoss(100));
    assertThat(steps.get(3).applyTo(up))
        .isEqualTo(Impairment.NONE.withRate(250_000).withQueueMillis(200));
  }

  @Test
  void everyWordIsRead() {
    assertThat(
            NetworkScript.change(
                Impairment.NONE,
                "rate 1.5Mbit queue 64kB delay 50ms jitter 20ms reordering loss 0.5% burst 95/5"
                    + " reorder 1% duplicate 2%"))
        .isEqualTo(new Impairment(0.5, new Burst(95, 5), 50, 20, true, 1, 2, 1_500_000, 0, 64_000));
    assertThat(NetworkScript.change(Impairment.NONE.withJitter(5, true), "jitter 7ms"))
        .isEqualTo(Impairment.NONE.withJitter(7, false));
    assertThat(
            NetworkScript.change(
                Impairment.NONE.withRate(1_000).withBurst(new Burst(2, 2)),
                "rate off burst off queue off delay 0"))
        .isEqualTo(Impairment.NONE.withQueueMillis(0));
    assertThat(NetworkScript.change(Impairment.NONE.withLoss(5).withDelay(7), "clear loss 1%"))
        .isEqualTo(Impairment.NONE.withLoss(1));
    assertThat(NetworkScript.change(Impairment.NONE, "")).isEqualTo(Impairment.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "10 both loss 1% | '10' is no time",
        "soon both loss 1% | 'soon' is no time",
        "10s left loss 1% | 'left' must be up, down or both",
        "10s both | must have a time",
        "10s both loss | 'loss' needs a value behind it",
        "10s both loss 1 | '1' is no percentage",
        "10s both loss 101% | must be 0 to 100%",
        "10s both delay 5 | '5' is no time",
        "10s both delay 2h | must be 0 to 60 s",
        "10s both rate 5 | '5' is no rate",
        "10s both 5bit | must be 0 (no limit) or 100 to",
        "10s both 3mb | '3mb' is not known",
        "10s both burst 5 | '5' is no burst as 95/5",
        "10s both burst 5/0 | must be two lengths of 1 packet or more",
        "10s both slowly | 'slowly' is not known",
        "0.5s both loss 1% | its time is before that of the line above"
      })
  void aMistakeIsNamedWithItsLine(String line, String message) {
    assertThatThrownBy(() -> NetworkScript.parse("# first\n1s up loss 0\n" + line))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith("line 3: ")
        .hasMessageContaining(message);
  }
}
