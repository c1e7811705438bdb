package org.consultrelay.relay;

import org.consultrelay.relay.net.LoopCounters;
import org.consultrelay.relay.ops.Metrics;

/** Shows the operators how much a media loop has to do. */
final class LoopMetrics {
  private LoopMetrics() {}

  static void register(Metrics metrics, MediaHost host) {
    LoopCounters counters = host.loop().counters();
    String loop = Integer.toString(host.loop().index());
    metrics.secondsCounter(
        "relay_loop_busy_seconds_total",
        "Time that a media loop has worked; its rate is the busy ratio.",
        counters::busyNanos,
        "loop",
        loop);
    metrics.secondsCounter(
        "relay_loop_late_seconds_total",
        "Lateness of a media loop's ticks, added up.",
        counters::latenessSumNanos,
        "loop",
        loop);
    metrics.gauge(
        "relay_loop_lateness_max_seconds",
        "The latest that a tick of a media loop was in the last ten to twenty seconds.",
        () -> counters.latenessMaxNanos() / 1e9,
        "loop",
        loop);
    metrics.counter(
        "relay_loop_ticks_total", "Ticks of a media loop.", counters::ticks, "loop", loop);
    metrics.counter(
        "relay_loop_turns_total", "Turns of a media loop.", counters::turns, "loop", loop);
    metrics.counter(
        "relay_loop_allocated_bytes_total",
        "Heap bytes that a media loop's thread has allocated.",
        counters::allocatedBytes,
        "loop",
        loop);
    metrics.gauge(
        "relay_loop_transports",
        "Peer connections on a media loop.",
        () -> host.demultiplexer().transportCount(),
        "loop",
        loop);
    metrics.gauge(
        "relay_loop_slots_free",
        "Free packet slots of a media loop.",
        () -> host.loop().slots().available(),
        "loop",
        loop);
  }
}
