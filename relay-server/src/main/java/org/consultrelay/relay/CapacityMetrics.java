package org.consultrelay.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.Rooms;

/** What the relay may take, beside what it has taken. */
final class CapacityMetrics {
  private static final Path MEMORY = Path.of("/proc/self/statm");
  private static final int PAGE = 4_096;

  private CapacityMetrics() {}

  static void register(Metrics metrics, List<MediaHost> hosts, Rooms rooms) {
    metrics.gauge(
        "relay_rooms_limit", "Rooms that there may be at a time.", () -> rooms.limits().maxRooms());
    metrics.gauge(
        "relay_participants_limit",
        "Participants that there may be at a time.",
        () -> rooms.limits().maxParticipants());
    metrics.gauge(
        "relay_legs",
        "Peer connections now, being set up or carrying media.",
        () -> Sums.of(hosts, host -> host.demultiplexer().transportCount()).getAsLong());
    for (MediaHost host : hosts) {
      metrics.gauge(
          "relay_loop_slots",
          "Packet slots of a media loop, free and taken.",
          () -> host.loop().slots().slots(),
          "loop",
          Integer.toString(host.loop().index()));
    }
    metrics.gauge(
        "relay_resident_memory_bytes",
        "Memory that the process really has, packets included; not a number where the system does"
            + " not say.",
        CapacityMetrics::resident);
  }

  private static double resident() {
    try {
      return Double.parseDouble(Files.readString(MEMORY).split(" ", 3)[1]) * PAGE;
    } catch (IOException | RuntimeException e) {
      return Double.NaN;
    }
  }
}
