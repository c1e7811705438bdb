package org.consultrelay.load.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** A program that sends every datagram back to where it came from. */
public final class UdpEcho {
  static final int PORT = 7;

  private UdpEcho() {}

  /** Starts it at the far end; answers a moment later. */
  static Process start(BadNetwork network) throws IOException {
    return new ProcessBuilder(
            network.command(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx32m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classes(),
                    UdpEcho.class.getName())))
        .inheritIO()
        .start();
  }

  /** Where this class is; it needs no other. */
  private static String classes() {
    try {
      return Path.of(UdpEcho.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs until it is killed. */
  public static void main(String[] args) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(PORT)) {
      DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
      while (true) {
        packet.setLength(2_000);
        socket.receive(packet);
        socket.send(packet);
      }
    }
  }
}
