package org.consultrelay.relay.ops;

/**
 * What the counters of a media loop say at one moment; what counts since the start never goes down.
 *
 * @param busyNanos time worked since the start
 * @param ticks ticks since the start
 * @param latenessNanos how late all those ticks were, added up
 * @param packets datagrams received and sent since the start
 * @param drops of those that were lost between the socket and us since the start, both ways
 * @param slotsInUse packet slots that are out now
 * @param slots packet slots that there are
 * @param videoCut whether pictures are made smaller now for want of time
 */
public record LoopReading(
    long busyNanos,
    long ticks,
    long latenessNanos,
    long packets,
    long drops,
    int slotsInUse,
    int slots,
    boolean videoCut) {}
