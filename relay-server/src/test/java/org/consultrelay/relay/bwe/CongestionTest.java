package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole calls over all kinds of lines, in virtual time. With {@code -Dbwe.plots=DIR} the first seed
 * of each is drawn into that directory, and a table is printed.
 */
class CongestionTest {
  private static final int SEEDS = 20;
  private static final Map<Scenario, Recording[]> CALLS = new EnumMap<>(Scenario.class);

  private static Recording[] calls(Scenario scenario) {
    return CALLS.computeIfAbsent(
        scenario,
        s -> {
          Recording[] calls = new Recording[SEEDS];
          Arrays.setAll(calls, i -> new SimulatedCall(s, i + 1).run());
          return calls;
        });
  }

  private static double[] sorted(Scenario scenario, ToDoubleFunction<Recording> figure) {
    return Arrays.stream(calls(scenario)).mapToDouble(figure).sorted().toArray();
  }

  private static double least(Scenario scenario, ToDoubleFunction<Recording> figure) {
    return sorted(scenario, figure)[0];
  }

  private static double most(Scenario scenario, ToDoubleFunction<Recording> figure) {
    return sorted(scenario, figure)[SEEDS - 1];
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "STEADY",
        "STEP_DOWN",
        "JITTER",
        "WANDER",
        "RANDOM_LOSS",
        "BUFFERBLOAT",
        "COMPETING_CONSTANT",
        "WIFI",
        "ASYMMETRIC",
        "POLICER"
      })
  void theLineIsUsedAfterTenSeconds(Scenario scenario) {
    assertThat(least(scenario, call -> call.utilisation(10, 60))).isGreaterThanOrEqualTo(0.85);
  }

  @Test
  void theLineIsUsedBeforeAndAfterItsCapacityGrows() {
    assertThat(least(Scenario.STEP_UP, call -> call.utilisation(10, 25))).isGreaterThan(0.85);
    assertThat(least(Scenario.STEP_UP, call -> call.utilisation(35, 60))).isGreaterThan(0.85);
    assertThat(least(Scenario.STEP_DOWN, call -> call.utilisation(35, 60))).isGreaterThan(0.85);
  }

  @ParameterizedTest
  @EnumSource(names = "COMPETING_TCP", mode = EnumSource.Mode.EXCLUDE)
  void queuesStayShort(Scenario scenario) {
    assertThat(most(scenario, call -> call.waitMs(0.95))).isLessThanOrEqualTo(150);
  }

  @Test
  void capacityThatComesBackIsUsedWithinEightSeconds() {
    assertThat(most(Scenario.STEP_UP, call -> call.secondsUntil(0.8, 25))).isLessThan(8);
    assertThat(most(Scenario.BUFFERBLOAT, call -> call.secondsUntil(0.8, 40))).isLessThan(8);
    assertThat(most(Scenario.COMPETING_CONSTANT, call -> call.secondsUntil(0.8, 40))).isLessThan(8);
    assertThat(most(Scenario.COMPETING_TCP, call -> call.secondsUntil(0.8, 40.5))).isLessThan(8);
  }

  @Test
  void lossThatIsTheLinesOwnCollapsesNothing() {
    assertThat(least(Scenario.RANDOM_LOSS, call -> call.leastUtilisation(10, 60)))
        .isGreaterThan(0.6);
    assertThat(least(Scenario.HEAVY_LOSS, call -> call.utilisation(10, 60))).isGreaterThan(0.7);
    assertThat(least(Scenario.HEAVY_LOSS, call -> call.leastUtilisation(10, 60)))
        .isGreaterThan(0.2);
  }

  @Test
  void aDownloadLeavesUsAShare() {
    assertThat(least(Scenario.COMPETING_TCP, call -> call.utilisation(25, 40))).isGreaterThan(0.12);
  }

  @Test
  void afterAnOutageTheRateIsBackWithinTwoSeconds() {
    assertThat(most(Scenario.BLACKOUT, call -> call.meanTarget(33, 35))).isLessThan(200_000);
    assertThat(most(Scenario.BLACKOUT, call -> call.secondsUntil(0.8, 35))).isLessThan(2);
  }

  @Test
  void aSenderWithLittleToSendKnowsWhatTheLineCarries() {
    assertThat(least(Scenario.LIMITED, call -> call.meanTarget(20, 25))).isGreaterThan(1_500_000);
    assertThat(most(Scenario.LIMITED, call -> call.secondsUntil(0.8, 25))).isLessThan(2);
  }

  @Test
  void mostLinesAreFoundWithinASecond() {
    assertThat(most(Scenario.STEADY, call -> call.secondsUntil(0.8, 0))).isLessThan(1.5);
    assertThat(most(Scenario.ASYMMETRIC, call -> call.secondsUntil(0.8, 0))).isLessThan(1.5);
  }

  @ParameterizedTest
  @EnumSource
  void thePacerBuildsNoQueue(Scenario scenario) {
    assertThat(most(scenario, Recording::pacerMs)).isLessThanOrEqualTo(250);
  }

  @Test
  void aSeedIsACall() {
    Recording again = new SimulatedCall(Scenario.WIFI, 1).run();
    assertThat(again.throughput).isEqualTo(calls(Scenario.WIFI)[0].throughput);
  }

  @AfterAll
  static void draw() throws IOException {
    String directory = System.getProperty("bwe.plots");
    if (directory != null) {
      StringBuilder table = new StringBuilder();
      for (Scenario scenario : Scenario.values()) {
        SvgPlot.write(calls(scenario)[0], Path.of(directory).resolve(scenario.fileName()));
        table.append(row(scenario));
      }
      System.out.print(table);
    }
    CALLS.clear();
  }

  private static String row(Scenario scenario) {
    double returns =
        switch (scenario) {
          case STEP_UP, LIMITED -> 25;
          case BUFFERBLOAT, COMPETING_CONSTANT, COMPETING_TCP -> 40;
          case BLACKOUT -> 35;
          default -> -1;
        };
    double[] used = sorted(scenario, call -> call.utilisation(10, 60));
    double[] wait = sorted(scenario, call -> call.waitMs(0.95));
    double[] found = sorted(scenario, call -> call.secondsUntil(0.8, 0));
    double[] back = sorted(scenario, call -> call.secondsUntil(0.8, Math.max(0, returns)));
    return String.format(
        Locale.ROOT,
        "| %s | %.0f %% (%.0f to %.0f) | %.0f ms (%.0f to %.0f) | %.1f s (up to %.1f) | %s |%n",
        scenario.title(),
        100 * used[SEEDS / 2],
        100 * used[0],
        100 * used[SEEDS - 1],
        wait[SEEDS / 2],
        wait[0],
        wait[SEEDS - 1],
        found[SEEDS / 2],
        found[SEEDS - 1],
        returns < 0
            ? ""
            : String.format(Locale.ROOT, "%.1f s (up to %.1f)", back[SEEDS / 2], back[SEEDS - 1]));
  }
}
