package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NetworkNamespaceTest {
  /** Few enough for a socket's usual receive buffer: nobody reads while they are sent. */
  private static final int PACKETS = 150;

  @Test
  void losesUdpSilentlyInBothDirections() throws IOException {
    try (NetworkNamespace network = NetworkNamespace.open();
        DatagramSocket socket =
            new DatagramSocket(0, InetAddress.getByName(network.relayAddress()))) {
      assertThat(send(network, socket)).isEqualTo(PACKETS);
      assertThat(network.dropped()).isZero();

      network.lose(0.5);
      // Half of 150, give or take seven standard deviations; the last words may be lost too.
      assertThat(send(network, socket)).isBetween(30, 120);
      assertThat(network.dropped()).isBetween(30L, 140L);

      network.lose(0.5);
      byte[] data = new byte[100];
      InetAddress client = InetAddress.getByName(network.clientAddress());
      for (int i = 0; i < PACKETS; i++) {
        socket.send(new DatagramPacket(data, data.length, client, 9));
      }
      assertThat(network.dropped()).isBetween(30L, 140L);
    }
  }

  @Test
  void leavesNothingBehind() throws IOException {
    String address;
    String name;
    try (NetworkNamespace network = NetworkNamespace.open()) {
      address = network.relayAddress();
      name = network.name();
      assertThat(NetworkInterface.getByInetAddress(InetAddress.getByName(address))).isNotNull();
    }
    assertThat(Path.of("/run/netns", name)).doesNotExist();
    assertThat(NetworkInterface.getByInetAddress(InetAddress.getByName(address))).isNull();
  }

  /** Sends from the far end and counts what comes; a last word over and over says when to stop. */
  private static int send(NetworkNamespace network, DatagramSocket socket) throws IOException {
    String target = "/dev/udp/" + network.relayAddress() + "/" + socket.getLocalPort();
    network.run(
        "bash",
        "-c",
        "exec 3>%s; for i in $(seq %d); do echo data >&3; done; for i in $(seq 40); do echo end >&3; done"
            .formatted(target, PACKETS));
    socket.setSoTimeout(5000);
    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
    int data = 0;
    boolean ended = false;
    while (!ended) {
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        throw new AssertionError("Not one of 40 last words came", e);
      }
      String text =
          new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII).strip();
      ended = text.equals("end");
      data += text.equals("data") ? 1 : 0;
    }
    drain(socket);
    return data;
  }

  private static void drain(DatagramSocket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      while (true) {
        socket.receive(new DatagramPacket(new byte[64], 64));
      }
    } catch (SocketTimeoutException e) {
      // Empty.
    }
  }
}
