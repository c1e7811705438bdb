package org.consultrelay.load.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.consultrelay.load.run.RunResult;

/**
 * A run with what it was and what was expected of it.
 *
 * @param title the profile's name
 * @param begun when
 * @param settings what was run, in the order to be shown
 * @param processors of the machine that the tester ran on
 * @param result what was seen
 * @param outcomes what came of the expectations
 */
public record Report(
    String title,
    Instant begun,
    Map<String, String> settings,
    int processors,
    RunResult result,
    List<Expectation.Outcome> outcomes) {
  /** Copies the outcomes. */
  public Report {
    outcomes = List.copyOf(outcomes);
  }

  /** Whether every expectation was met. */
  public boolean met() {
    return outcomes.stream().allMatch(Expectation.Outcome::met);
  }

  /** What a reader must know before believing the figures. */
  public List<String> remarks() {
    return Remarks.of(result, processors);
  }

  /** The run in a sentence, for who decides. */
  public String verdict() {
    String people = result.joined() + " of " + result.expectedJoins() + " participants came in, ";
    if (result.totals().expected() == 0) {
      return people + "and no packet was to come to anybody.";
    }
    String packets =
        Figure.LOSS.format(result.loss())
            + " of "
            + String.format(java.util.Locale.ROOT, "%,d", result.totals().expected())
            + " packets were lost, half arrived within "
            + Figure.LATENCY_P50.format(Figure.LATENCY_P50.of(result))
            + " and 99 % within "
            + Figure.LATENCY_P99.format(Figure.LATENCY_P99.of(result))
            + ".";
    return people + packets;
  }
}
