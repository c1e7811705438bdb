package org.consultrelay.load.run;

/**
 * About a second of a run, since the interval before; a busy machine measures late. Counts are of
 * this time, except where it says "now". Times are in milliseconds; {@link Double#NaN} where
 * nothing is known.
 *
 * @param second since the run began
 * @param participants who are in now
 * @param consultations that go on now
 * @param knocks participants who asked to be let in
 * @param refusals of those, the ones who were told to come later: 503 with a {@code Retry-After}
 * @param joins that succeeded
 * @param failures joins and plays that failed
 * @param sent media packets sent
 * @param received media packets received
 * @param receivedBytes their bytes, encrypted
 * @param expected media packets that ought to have come
 * @param lostOnNetwork of those, the ones that did not come by themselves
 * @param lost of those, the ones that repair did not bring either; less than 0 when repair caught
 *     up with an earlier second
 * @param latencyP50 from sending to arrival
 * @param latencyP99 from sending to arrival
 * @param latencyMax from sending to arrival
 * @param correctedP99 from when it was due to arrival
 * @param latenessP99 by which the tester sent late
 * @param testerCpu processors that the tester used
 * @param serverCpu processors that the relay used
 * @param serverMemory bytes that the relay has resident now, or of heap where only that is known
 * @param serverLateMax by which a loop of the relay was late at most, lately
 * @param serverHeadroom what the relay has left for new rooms now, 0 to 1
 * @param serverOverload by how many steps the relay has made pictures smaller to save itself, 0 to
 *     4
 */
public record Interval(
    double second,
    int participants,
    int consultations,
    int knocks,
    int refusals,
    int joins,
    int failures,
    long sent,
    long received,
    long receivedBytes,
    long expected,
    long lostOnNetwork,
    long lost,
    double latencyP50,
    double latencyP99,
    double latencyMax,
    double correctedP99,
    double latenessP99,
    double testerCpu,
    double serverCpu,
    double serverMemory,
    double serverLateMax,
    double serverHeadroom,
    double serverOverload) {}
