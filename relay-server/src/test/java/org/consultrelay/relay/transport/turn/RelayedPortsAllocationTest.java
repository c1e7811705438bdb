package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What a relayed packet costs in garbage with everything around it: real sockets, the event loop,
 * the timers that tick meanwhile. The latter make some, packets none.
 */
@EnabledOnOs(OS.LINUX)
class RelayedPortsAllocationTest {
  private static final InetAddress RELAY = InetAddress.ofLiteral("127.0.0.24");
  private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.25");
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.26");
  private static final String SECRET = "a-secret-for-garbage-tests";
  private static final int CHANNEL = 0x4001;
  private static final int BURST = 20;
  private static final int BURSTS = 250;

  @Test
  void packetsThereAndBackMakeNone() throws Exception {
    try (TestRelay relay =
            TestRelay.start(
                RELAY.getHostAddress(),
                "turn.secrets=" + SECRET,
                "turn.allowPeers=127.0.0.0/8",
                "turn.quotas.bandwidth=500MiB",
                "net.loops=1");
        DatagramSocket peer = new DatagramSocket(new InetSocketAddress(PEER, 0));
        DatagramSocket other = new DatagramSocket(new InetSocketAddress(PEER, 0));
        WireClient client = new WireClient(CLIENT, RELAY, relay.relay().turnUdpPort(), SECRET)) {
      client.allocate();
      client.ask(
          StunMethod.CHANNEL_BIND, new ChannelNumber(CHANNEL), new XorPeerAddress(address(peer)));
      byte[] channelData = new byte[1_004];
      channelData[0] = CHANNEL >> 8;
      channelData[1] = CHANNEL & 0xFF;
      channelData[2] = 1_000 >> 8;
      channelData[3] = (byte) 1_000;
      assertThat(least(relay, client, peer, channelData)).isLessThan(BURSTS * BURST);
      byte[] send =
          StunWriter.indication(StunMethod.SEND, new TransactionId(1, 1))
              .add(new XorPeerAddress(address(other)))
              .add(new Data(new byte[1_000]))
              .plain();
      assertThat(least(relay, client, other, send)).isLessThan(BURSTS * BURST);
    }
  }

  private static TransportAddress address(DatagramSocket socket) {
    return TransportAddress.of(socket.getLocalAddress(), socket.getLocalPort());
  }

  /** The least number of bytes that the loop allocated in a round of packets there and back. */
  private static double least(
      TestRelay relay, WireClient client, DatagramSocket peer, byte[] message) throws Exception {
    peer.setSoTimeout(5_000);
    double least = Double.MAX_VALUE;
    for (int round = 0; round < 12 && least > 0; round++) {
      double before = allocated(relay);
      for (int i = 0; i < BURSTS; i++) {
        burst(client, peer, message);
      }
      assertThat(before).isPositive();
      least = Math.min(least, allocated(relay) - before);
    }
    System.out.println(least + " bytes for " + 2 * BURSTS * BURST + " packets");
    return least;
  }

  private static double allocated(TestRelay relay) throws Exception {
    return relay.metric("relay_loop_allocated_bytes_total{loop=\"0\"}");
  }

  private static void burst(WireClient client, DatagramSocket peer, byte[] message)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
    for (int i = 0; i < BURST; i++) {
      client.send(message);
    }
    for (int i = 0; i < BURST; i++) {
      peer.receive(packet);
      assertThat(packet.getLength()).isEqualTo(1_000);
      peer.send(packet);
    }
    for (int i = 0; i < BURST; i++) {
      assertThat(client.receive().length).isGreaterThanOrEqualTo(1_004);
    }
  }
}
