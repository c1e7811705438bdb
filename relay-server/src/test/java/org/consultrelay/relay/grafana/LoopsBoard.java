package org.consultrelay.relay.grafana;

import java.util.List;

/** The machine room. */
final class LoopsBoard {
  private LoopsBoard() {}

  static Board make() {
    return new Board(
        "relay-loops",
        "loops and JVM",
        "The machine room: media loops, packet memory, sockets, garbage collection.",
        List.of(
            Panel.number("Busiest loop", "percentunit", "How much of its time it works.")
                .query("busy", "max(rate(relay_loop_busy_seconds_total{I}[R]))")
                .limits(0.6, 0.8),
            Panel.number(
                    "Latest tick",
                    "s",
                    "The latest that a loop's tick was in the last ten to twenty seconds.")
                .query("late", "max(relay_loop_lateness_max_seconds{I})")
                .limits(0.05, 0.25),
            Panel.number(
                    "Packet memory free",
                    "percentunit",
                    "Free packet slots of the loop that has the fewest. At none, packets are lost.")
                .query("free", "min(relay_loop_slots_free{I} / relay_loop_slots{I})")
                .limits(0.2, 0.1),
            Panel.number("Processor", "percentunit", "What the process uses of the machine.")
                .query("process", "max(process_cpu_usage{job=\"relay\",instance=~\"$instance\"})")
                .limits(0.7, 0.9),
            Panel.number(
                    "Paused for garbage",
                    "percentunit",
                    "The share of time in which the collector stopped the relay.")
                .query(
                    "paused", "max(sum by (instance) (rate(jvm_gc_pause_seconds_sum" + J + "[R])))")
                .limits(0.01, 0.05),
            Panel.lines("Loops: busy", "percentunit", "Each loop's share of time at work.")
                .query("{{instance}} {{loop}}", "rate(relay_loop_busy_seconds_total{I}[R])")
                .limits(0.6, 0.8)
                .to(1),
            Panel.lines("Loops: late", "s", "How late ticks are: what media waits for its loop.")
                .query("half", Boards.quantile("0.5", "relay_loop_lateness_seconds"))
                .query("99 %", Boards.quantile("0.99", "relay_loop_lateness_seconds"))
                .query("latest", "max(relay_loop_lateness_max_seconds{I})")
                .limits(0.02, 0.25),
            Panel.lines(
                    "Datagrams at one go",
                    "none",
                    "Mean taken from a socket in a turn: grows with load, that is how loops cope."
                        + " And the mean sent with one system call.")
                .query(
                    "received",
                    "sum(rate(relay_loop_turn_datagrams_sum{I}[R]))"
                        + " / sum(rate(relay_loop_turn_datagrams_count{I}[R]))")
                .query(
                    "sent",
                    "sum(rate(relay_packets_total{I,direction=\"tx\"}[R]))"
                        + " / sum(rate(relay_socket_calls_total{I,direction=\"tx\"}[R]))"),
            Panel.lines(
                    "Sent segmented",
                    "percentunit",
                    "The share of datagrams that leave within a larger message (GSO). None at all:"
                        + " the kernel or the card cannot.")
                .query(
                    "segmented",
                    "sum(rate(relay_segmented_packets_total{I}[R]))"
                        + " / sum(rate(relay_packets_total{I,direction=\"tx\"}[R]))")
                .to(1),
            Panel.lines(
                    "Dropped at the sockets",
                    "pps",
                    "By reason. receive_buffer_full: raise net.core.rmem_max; no_slot: packet"
                        + " memory is used up.")
                .query("{{reason}}", "sum by (reason) (rate(relay_socket_drops_total{I}[R]))"),
            Panel.lines(
                    "Between loops",
                    "pps",
                    "Packets that came in on another loop than their room's, and those lost by it.")
                .query("handed over", "sum(rate(relay_handover_packets_total{I}[R]))")
                .query("lost", "sum(rate(relay_handover_drops_total{I}[R]))"),
            Panel.lines(
                    "Allocated",
                    "Bps",
                    "Heap that the loops and the whole process use up. The loops' does not grow"
                        + " with packets, only with joins and signalling.")
                .query("loops", "sum(rate(relay_loop_allocated_bytes_total{I}[R]))")
                .query("all", "sum(rate(jvm_gc_memory_allocated_bytes_total" + J + "[R]))"),
            Panel.lines(
                    "Memory",
                    "bytes",
                    "Heap in use, buffers outside of it, and what the process really has.")
                .query("heap", "sum(jvm_memory_used_bytes" + HEAP + ")")
                .query("direct", "sum(jvm_buffer_memory_used_bytes" + J + ")")
                .query("resident", "sum(relay_resident_memory_bytes{I})"),
            Panel.lines("Garbage collection", "s", "Seconds of pause in a second, and the longest.")
                .query("{{action}}", "sum by (action) (rate(jvm_gc_pause_seconds_sum" + J + "[R]))")
                .query("longest", "max(jvm_gc_pause_seconds_max" + J + ")")
                .limits(0.01, 0.05),
            Panel.lines("Files and threads", "none", "Open descriptors, and live threads.")
                .query("files", "max(process_files_open_files" + J + ")")
                .query("threads", "max(jvm_threads_live_threads" + J + ")")));
  }

  private static final String J = "{job=\"relay\",instance=~\"$instance\"}";
  private static final String HEAP = "{job=\"relay\",instance=~\"$instance\",area=\"heap\"}";
}
