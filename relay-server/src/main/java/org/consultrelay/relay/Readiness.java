package org.consultrelay.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.ops.HealthCheck;
import org.consultrelay.relay.room.Rooms;

/** What must be well for the process to go on, and for new rooms to be sent to it. */
final class Readiness {
  private static final int DOOR_PATIENCE_MILLIS = 500;

  private Readiness() {}

  static HealthCheck loopsRespond(List<MediaHost> hosts) {
    return new HealthCheck(
        "loops",
        () -> {
          long now = System.nanoTime();
          for (MediaHost host : hosts) {
            long silent = now - host.loop().nowNanos();
            if (silent > Duration.ofSeconds(5).toNanos()) {
              return Optional.of(
                  "loop "
                      + host.loop().index()
                      + " has not turned for "
                      + silent / 1_000_000
                      + " ms");
            }
          }
          return Optional.empty();
        });
  }

  static HealthCheck hasRoom(Rooms rooms) {
    return new HealthCheck(
        "capacity",
        () ->
            rooms.participantCount() < rooms.limits().maxParticipants()
                    && rooms.roomCount() < rooms.limits().maxRooms()
                ? Optional.empty()
                : Optional.of("the relay is full"));
  }

  /** The door takes connections. Media ports cannot be asked: {@code /health/deep} tries them. */
  static HealthCheck portsOpen(RelayConfig config, HttpDoor http) {
    InetAddress host = config.http().host();
    InetSocketAddress door =
        new InetSocketAddress(
            host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host, http.port());
    return new HealthCheck(
        "ports",
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(door, DOOR_PATIENCE_MILLIS);
            return Optional.empty();
          } catch (IOException e) {
            return Optional.of("TCP port " + door.getPort() + ": " + e.getMessage());
          }
        });
  }
}
