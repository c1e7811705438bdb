package org.consultrelay.load.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.consultrelay.load.peer.StreamTotals;

/**
 * All that a run has shown. Histograms are in microseconds.
 *
 * @param seconds that it took
 * @param expectedJoins legs that the schedule had
 * @param joined legs that came in
 * @param failures what failed, by reason, and how often
 * @param dropouts connections that ended though nobody wanted it
 * @param totals what the receivers found
 * @param traffic what went over the wire
 * @param join from the join's begin to media that can flow
 * @param firstAudio from the wish to hear somebody to the first packet of theirs
 * @param firstKeyFrame from the wish to see somebody to all of their first key frame
 * @param latency of packets from sending to arrival
 * @param corrected of packets from when they were due to arrival
 * @param lateness by which the tester sent late
 * @param intervals second by second
 * @param serverCpuSeconds that the relay used while the run went on; NaN when unknown
 * @param testerCpuSeconds that the tester used
 */
public record RunResult(
    double seconds,
    int expectedJoins,
    int joined,
    Map<String, Integer> failures,
    int dropouts,
    StreamTotals totals,
    Traffic traffic,
    Histogram join,
    Histogram firstAudio,
    Histogram firstKeyFrame,
    Histogram latency,
    Histogram corrected,
    Histogram lateness,
    List<Interval> intervals,
    double serverCpuSeconds,
    double testerCpuSeconds) {
  /** Copies the collections. */
  public RunResult {
    failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    intervals = List.copyOf(intervals);
  }

  /**
   * What went over the wire, over all loops of the tester.
   *
   * @param sent media packets
   * @param sentBytes of them, encrypted
   * @param received media packets
   * @param receivedBytes of them, encrypted
   * @param undecipherable that did not decrypt or parse
   * @param replayed that came a second time to the letter
   * @param unknownStream of streams that nobody announced
   * @param nacksSent packets asked for again
   * @param nacksReceived packets that the relay asked for again
   * @param retransmitted packets sent again
   * @param keyFrameRequestsSent to the relay
   * @param keyFrameRequestsReceived from the relay
   * @param thrownAway on purpose
   * @param socketDrops datagrams that the tester's own sockets lost
   * @param feedbackReceived transport-wide feedback messages
   */
  public record Traffic(
      long sent,
      long sentBytes,
      long received,
      long receivedBytes,
      long undecipherable,
      long replayed,
      long unknownStream,
      long nacksSent,
      long nacksReceived,
      long retransmitted,
      long keyFrameRequestsSent,
      long keyFrameRequestsReceived,
      long thrownAway,
      long socketDrops,
      long feedbackReceived) {}

  /** How many joins and plays failed. */
  public int failureCount() {
    return failures.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Share of the scheduled legs that came in, 0 to 1; NaN when there were none. */
  public double joinSuccess() {
    return expectedJoins == 0 ? Double.NaN : (double) joined / expectedJoins;
  }

  /** Share of the expected packets that never came, 0 to 1; NaN when none was expected. */
  public double loss() {
    return totals.expected() == 0 ? Double.NaN : (double) totals.lost() / totals.expected();
  }

  /**
   * Share of the expected packets that did not come by themselves, 0 to 1; NaN when none was
   * expected.
   */
  public double networkLoss() {
    return totals.expected() == 0
        ? Double.NaN
        : (double) totals.lostOnNetwork() / totals.expected();
  }

  /** Packets of a wrong publisher, damaged or undecipherable. */
  public long wrong() {
    return totals.wrongPublisher() + totals.damaged() + traffic.undecipherable();
  }

  /** Packets that came twice, in whatever disguise. */
  public long duplicates() {
    return totals.duplicates() + traffic.replayed();
  }
}
