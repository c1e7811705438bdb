package org.consultrelay.load.run;

/**
 * How a run stands, for whoever watches. Totals so far, and the last second's latency in
 * milliseconds.
 *
 * @param seconds since it began
 * @param expectedJoins legs that the schedule has in all
 * @param joined legs that have come in
 * @param failed joins and plays that failed
 * @param participants who are in now
 * @param consultations that go on now
 * @param sent media packets sent
 * @param received media packets received
 * @param lost media packets lost after repair
 * @param wrong packets of a wrong publisher, damaged or undecipherable
 * @param latencyP50 of the last second
 * @param latencyP99 of the last second
 * @param latenessP99 by which the tester sent late in the last second
 * @param testerCpu processors that the tester uses
 * @param serverCpu processors that the relay uses; NaN when unknown
 */
public record LiveFigures(
    double seconds,
    int expectedJoins,
    int joined,
    int failed,
    int participants,
    int consultations,
    long sent,
    long received,
    long lost,
    long wrong,
    double latencyP50,
    double latencyP99,
    double latenessP99,
    double testerCpu,
    double serverCpu) {}
