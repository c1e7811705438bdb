package org.consultrelay.load.plan;

/**
 * What a simulated day showed.
 *
 * @param consultations that wanted to take place
 * @param refusedConsultations that were not let in
 * @param joins participants who wanted in
 * @param refusedJoins participants who were not let in
 * @param nodes relays that there were
 * @param imbalance of the fullest node to the mean one, at its worst
 * @param loopImbalance of a node's fullest loop to its mean one, at its worst
 * @param curve minute by minute
 */
public record Day(
    long consultations,
    long refusedConsultations,
    long joins,
    long refusedJoins,
    int nodes,
    double imbalance,
    double loopImbalance,
    DayCurve curve) {}
