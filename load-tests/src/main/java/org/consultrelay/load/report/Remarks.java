package org.consultrelay.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.consultrelay.load.run.Interval;
import org.consultrelay.load.run.RunResult;

/** What a reader must know before believing a run's figures, in plain sentences. */
final class Remarks {
  private static final double LATE_MILLIS = 10;
  private static final double BUSY_SHARE = 0.9;

  private Remarks() {}

  /**
   * The sentences; none when nothing speaks against the figures.
   *
   * @param processors of the machine that the tester ran on
   */
  static List<String> of(RunResult result, int processors) {
    List<String> remarks = new ArrayList<>();
    double late = Figure.LATENESS_P99.of(result);
    if (late > LATE_MILLIS) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "The tester itself was late: one packet in a hundred left %.0f ms or more after it"
                  + " was due. Latencies of that order are the tester's, not the relay's.",
              late));
    }
    if (result.traffic().socketDrops() > 0) {
      remarks.add(
          "The tester's own sockets lost "
              + result.traffic().socketDrops()
              + " packets because it did not read them in time. The loss counts them, though the"
              + " relay did not lose them.");
    }
    if (result.traffic().thrownAway() > 0) {
      remarks.add(
          "The tester threw away "
              + result.traffic().thrownAway()
              + " packets on purpose, to imitate a lossy line.");
    }
    double busiest = 0;
    double both = 0;
    for (Interval interval : result.intervals()) {
      busiest = Math.max(busiest, interval.testerCpu());
      if (!Double.isNaN(interval.serverCpu())) {
        both = Math.max(both, interval.testerCpu() + interval.serverCpu());
      }
    }
    if (both > BUSY_SHARE * processors) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "Tester and relay together used up to %.1f of this machine's %d processors: what one"
                  + " lacked, the other had. A relay on a machine of its own would do better.",
              both,
              processors));
    } else if (busiest > BUSY_SHARE * processors) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "The tester used up to %.1f of this machine's %d processors: it may have been the"
                  + " limit.",
              busiest,
              processors));
    }
    if (result.wrong() > 0) {
      remarks.add(
          result.totals().wrongPublisher()
              + " packets came from somebody else than who was asked for, "
              + result.totals().damaged()
              + " were damaged, "
              + result.traffic().undecipherable()
              + " could not be deciphered. A relay must never do that.");
    }
    if (result.totals().silentStreams() > 0) {
      remarks.add(
          "Of "
              + result.totals().silentStreams()
              + " streams that were sent and played nothing came at all: somebody was not heard or"
              + " not seen. The loss counts what they missed.");
    }
    long ended = result.totals().neverCame();
    if (ended > 0) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "%,d of the lost packets are those of streams that stopped coming, or never came,"
                  + " while their publishers went on sending.",
              ended));
    }
    for (Map.Entry<String, Integer> failure : result.failures().entrySet()) {
      remarks.add(failure.getValue() + " times: " + failure.getKey() + ".");
    }
    if (result.dropouts() > 0) {
      remarks.add(result.dropouts() + " connections ended though nobody had ended them.");
    }
    return remarks;
  }
}
