package org.consultrelay.load.plan;

import java.time.Duration;
import org.consultrelay.load.profile.Keys;

/** Reads costs from YAML. */
final class CostsReader {
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final double MEBIBYTE = 1 << 20;
  private static final double KIBIBYTE = 1 << 10;

  private CostsReader() {}

  static Costs load(String path) {
    return path.isEmpty()
        ? of(Keys.resource(CostsReader.class, "costs.yaml"))
        : of(Keys.file(path));
  }

  static Costs of(Keys root) {
    Keys packet = root.section("packet");
    Keys connection = root.section("connection");
    Keys camera = root.section("camera");
    Keys microphone = root.section("microphone");
    Keys node = root.section("node");
    Costs costs =
        new Costs(
            packet.fraction("audioMicros", 10, 0.01, 1_000) * MICRO,
            packet.fraction("videoMicros", 7, 0.01, 1_000) * MICRO,
            connection.fraction("millis", 2, 0.001, 10_000) * MILLI,
            connection.fraction("kibibytes", 100, 0, 1_000_000) * KIBIBYTE,
            node.fraction("relayMebibytes", 200, 0, 1_000_000) * MEBIBYTE,
            microphone.fraction("packetsPerSecond", 50, 0, 1_000),
            microphone.fraction("kilobits", 60, 0, 10_000),
            camera.fraction("packetsPerSecond", 60, 0, 100_000),
            camera.fraction("kilobits", 530, 0, 1_000_000),
            (int) node.whole("processors", 8, 1, 1_024),
            node.share("utilisation", 0.6),
            node.fraction("gigabits", 10, 0.001, 10_000),
            (int) node.whole("maxRooms", 10_000, 1, 1_000_000),
            (int) node.whole("maxParticipants", 20_000, 1, 1_000_000),
            (int) node.time("departure", Duration.ofSeconds(20)).toSeconds());
    if (costs.utilisation() <= 0) {
      throw node.wrong("utilisation", "is 0%", "more than 0% up to 100%");
    }
    for (Keys section : new Keys[] {packet, connection, camera, microphone, node, root}) {
      section.nothingElse();
    }
    return costs;
  }
}
