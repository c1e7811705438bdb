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
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A whole relay tells its TURN clients what the network says about their packets. */
@EnabledOnOs(OS.LINUX)
class IcmpRelayTest {
  private static final InetAddress RELAY = InetAddress.ofLiteral("127.0.0.21");
  private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.22");
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.23");
  private static final String SECRET = "a-secret-for-icmp-tests";
  private static final int DEAD = 0x4001;
  private static final int LIVE = 0x4002;

  private static TestRelay relay;

  @BeforeAll
  static void start() throws Exception {
    relay =
        TestRelay.start(
            RELAY.getHostAddress(),
            "turn.secrets=" + SECRET,
            "turn.allowPeers=127.0.0.0/8",
            "net.loops=1");
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  private static DatagramSocket peer() throws IOException {
    DatagramSocket peer = new DatagramSocket(new InetSocketAddress(PEER, 0));
    peer.setSoTimeout(5_000);
    return peer;
  }

  private static TransportAddress address(DatagramSocket socket) {
    return TransportAddress.of(socket.getLocalAddress(), socket.getLocalPort());
  }

  @Test
  void aClosedPortIsToldAndTheOtherPeerGetsEverything() throws Exception {
    try (WireClient client = new WireClient(CLIENT, RELAY, relay.relay().turnUdpPort(), SECRET);
        DatagramSocket live = peer()) {
      TransportAddress dead;
      try (DatagramSocket gone = peer()) {
        dead = address(gone);
      }
      client.allocate();
      client.ask(StunMethod.CHANNEL_BIND, new ChannelNumber(DEAD), new XorPeerAddress(dead));
      client.ask(
          StunMethod.CHANNEL_BIND, new ChannelNumber(LIVE), new XorPeerAddress(address(live)));
      DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
      int told = 0;
      for (int i = 0; i < 100; i++) {
        client.channelData(DEAD, new byte[] {1, 2, 3});
        client.channelData(LIVE, new byte[] {(byte) i, 5});
        live.receive(packet);
        assertThat(packet.getLength()).isEqualTo(2);
        assertThat(packet.getData()[0]).isEqualTo((byte) i);
        if (i % 10 == 0) {
          // The peer's answer may come before or after what is said of the dead one.
          live.send(new DatagramPacket(new byte[] {7}, 1, packet.getSocketAddress()));
          told += readUntilAnswered(client, dead);
        }
      }
      assertThat(told).isPositive();
      assertThat(relay.metric("relay_turn_icmp_total")).isGreaterThanOrEqualTo(told);
    }
  }

  /** How many of what came before the peer's answer was ICMP about the dead one. */
  private static int readUntilAnswered(WireClient client, TransportAddress dead)
      throws IOException {
    int told = 0;
    while (true) {
      byte[] bytes = client.receive();
      if (bytes[0] == 0x40) {
        assertThat(bytes).containsExactly(LIVE >> 8, LIVE & 0xFF, 0, 1, 7);
        return told;
      }
      StunMessage data = (StunMessage) StunCodec.decode(bytes);
      assertThat(data.method()).isEqualTo(StunMethod.DATA);
      assertThat(data.get(XorPeerAddress.class).address()).isEqualTo(dead);
      assertThat(data.get(Icmp.class)).isEqualTo(new Icmp(3, 3, 0));
      assertThat(data.has(Data.class)).isFalse();
      told++;
    }
  }

  @Test
  void whatMustNotBeFragmentedArrivesIfItFits() throws Exception {
    try (WireClient client = new WireClient(CLIENT, RELAY, relay.relay().turnUdpPort(), SECRET);
        DatagramSocket live = peer()) {
      client.allocate(new DontFragment());
      client.ask(StunMethod.CREATE_PERMISSION, new XorPeerAddress(address(live)));
      for (boolean whole : new boolean[] {true, false, true}) {
        StunWriter send =
            StunWriter.indication(StunMethod.SEND, new TransactionId(1, 1))
                .add(new XorPeerAddress(address(live)))
                .add(new Data(new byte[1_000]));
        client.send((whole ? send.add(new DontFragment()) : send).plain());
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        live.receive(packet);
        assertThat(packet.getLength()).isEqualTo(1_000);
      }
    }
  }
}
