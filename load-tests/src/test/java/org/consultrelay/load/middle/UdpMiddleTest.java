package org.consultrelay.load.middle;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class UdpMiddleTest {
  private static final byte[] MEDIA = {(byte) 0x80, 111, 0, 0, 5, 6, 7, 8};

  @Test
  void participantsStayApartAndAnswersFindTheirWay() throws Exception {
    try (UdpMiddle middle = middle(Faults.NONE, Faults.NONE);
        DatagramSocket relay = socket();
        DatagramSocket alice = socket();
        DatagramSocket bob = socket()) {
      middle.relayAt((InetSocketAddress) relay.getLocalSocketAddress());
      alice.send(new DatagramPacket(MEDIA, 8, middle.address()));
      DatagramPacket fromAlice = receive(relay);
      bob.send(new DatagramPacket(MEDIA, 8, middle.address()));
      DatagramPacket fromBob = receive(relay);
      assertThat(fromAlice.getSocketAddress()).isNotEqualTo(fromBob.getSocketAddress());
      relay.send(new DatagramPacket(new byte[] {0, 1, 'b'}, 3, fromBob.getSocketAddress()));
      relay.send(new DatagramPacket(new byte[] {0, 1, 'a'}, 3, fromAlice.getSocketAddress()));
      assertThat(receive(alice).getData()[2]).isEqualTo((byte) 'a');
      assertThat(receive(bob).getData()[2]).isEqualTo((byte) 'b');
    }
  }

  @Test
  void delayDuplicatesAndAlters() throws Exception {
    long delay = 20_000_000;
    try (UdpMiddle middle = middle(new Faults(0, 1, 0, delay), Faults.corruption(1));
        DatagramSocket relay = socket();
        DatagramSocket alice = socket()) {
      middle.relayAt((InetSocketAddress) relay.getLocalSocketAddress());
      long sent = System.nanoTime();
      alice.send(new DatagramPacket(MEDIA, 8, middle.address()));
      DatagramPacket first = receive(relay);
      assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(delay);
      assertThat(receive(relay).getData()).isEqualTo(first.getData());
      relay.send(new DatagramPacket(MEDIA, 8, first.getSocketAddress()));
      assertThat(receive(alice).getData()[4]).isEqualTo((byte) 4);
    }
  }

  private static UdpMiddle middle(Faults up, Faults down) throws Exception {
    return new UdpMiddle(new FaultyLink(up, 1), new FaultyLink(down, 2));
  }

  private static DatagramSocket socket() throws Exception {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static DatagramPacket receive(DatagramSocket socket) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
    socket.receive(packet);
    return packet;
  }
}
