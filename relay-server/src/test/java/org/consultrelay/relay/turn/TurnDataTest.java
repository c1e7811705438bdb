package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** What goes between a client, its peers and this relay's media (RFC 8656 §11, §12). */
class TurnDataTest {
  private static final TransportAddress PEER = TurnFixture.address("9.9.9.9", 40_000);
  private static final TransportAddress PEER6 = TurnFixture.address("2a00::9", 40_000);
  private static final byte[] HELLO = {1, 2, 3, 4, 5};

  private final TurnFixture turn = new TurnFixture();
  private final User alice = turn.new User(TurnFixture.host(1), "alice");

  @Test
  void dataGoesBothWaysInIndicationsAndOnAChannel() {
    alice.allocate();
    alice.permit(PEER);
    alice.sendTo(PEER, HELLO);
    var out = turn.toPeers.get(turn.opened.getLast());
    assertThat(out.remove())
        .usingRecursiveComparison()
        .isEqualTo(new TurnFixture.Received(PEER, HELLO));
    turn.fromPeer(PEER, HELLO);
    StunMessage data = turn.nextMessage();
    assertThat(data.method()).isEqualTo(StunMethod.DATA);
    assertThat(data.get(XorPeerAddress.class).address()).isEqualTo(PEER);
    assertThat(data.get(Data.class).bytes()).isEqualTo(HELLO);

    assertThat(alice.bind(0x4001, PEER)).isZero();
    alice.channelData(0x4001, HELLO);
    assertThat(out.remove().bytes()).isEqualTo(HELLO);
    turn.fromPeer(PEER, HELLO);
    assertThat(turn.next().bytes()).isEqualTo(new byte[] {0x40, 1, 0, 5, 1, 2, 3, 4, 5});
    assertThat(turn.server.counters().toPeerPackets()).isEqualTo(2);
    assertThat(turn.server.counters().toClientBytes()).isEqualTo(10);
  }

  @Test
  void onAStreamChannelDataIsPadded() {
    alice.stream = turn.server.accept(turn.client(alice.from, TurnTransport.TCP), turn.now);
    alice.allocate();
    alice.bind(0x4001, PEER);
    turn.fromPeer(PEER, HELLO);
    assertThat(turn.next().bytes()).isEqualTo(new byte[] {0x40, 1, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0});
    alice.stream.onClosed(turn.now);
    assertThat(turn.service.allocations()).isZero();
    assertThat(turn.ports.taken()).isZero();
    assertThat(turn.opened).isEmpty();
  }

  @Test
  void ownMediaIsReachedWithoutASocket() {
    TransportAddress relayed = alice.allocate();
    assertThat(alice.permit(TurnFixture.OWN_MEDIA)).isZero();
    alice.sendTo(TurnFixture.OWN_MEDIA, HELLO);
    assertThat(turn.opened).isEmpty();
    assertThat(turn.toMedia.getFirst())
        .usingRecursiveComparison()
        .isEqualTo(new TurnFixture.Received(relayed, HELLO));

    PacketSink back = turn.server.shortWay(relayed, 0);
    TurnFixture.write(back, HELLO);
    StunMessage data = turn.nextMessage();
    assertThat(data.get(XorPeerAddress.class).address()).isEqualTo(TurnFixture.OWN_MEDIA);
    assertThat(data.get(Data.class).bytes()).isEqualTo(HELLO);
    alice.bind(0x4007, TurnFixture.OWN_MEDIA);
    TurnFixture.write(back, HELLO);
    assertThat(turn.next().bytes()).isEqualTo(new byte[] {0x40, 7, 0, 5, 1, 2, 3, 4, 5});
    alice.channelData(0x4007, HELLO);
    assertThat(turn.toMedia).hasSize(2);
    assertThat(turn.server.counters().fromMediaPackets()).isEqualTo(2);

    alice.code(StunMethod.REFRESH, new Lifetime(0));
    TurnFixture.write(back, HELLO);
    assertThat(turn.isSilent()).isTrue();
    assertThat(turn.server.shortWay(relayed, 0)).isNull();
  }

  @Test
  void anotherPortOfThisRelayIsNoPeerEvenWithMediaPermitted() {
    alice.allocate();
    assertThat(alice.permit(TurnFixture.OWN_MEDIA.withPort(6_789))).isEqualTo(403);
    assertThat(alice.permit(TurnFixture.OWN_MEDIA)).isZero();
    alice.sendTo(TurnFixture.OWN_MEDIA.withPort(6_789), HELLO);
    assertThat(turn.toMedia).isEmpty();
    assertThat(turn.opened).isEmpty();
    assertThat(turn.server.counters().denied(PeerVerdict.OWN)).isEqualTo(2);
  }

  @Test
  void icmpIsToldToTheClient() {
    alice.allocate();
    alice.permit(PEER);
    turn.opened.getLast().icmpError(PEER, 3, 4, 1_280, turn.now);
    StunMessage data = turn.nextMessage();
    assertThat(data.get(Icmp.class)).isEqualTo(new Icmp(3, 4, 1_280));
    assertThat(data.get(XorPeerAddress.class).address()).isEqualTo(PEER);
    turn.opened.getLast().icmpError(PEER6, 3, 1, 0, turn.now);
    assertThat(turn.isSilent()).isTrue();
  }

  @Test
  void icmpThatIsNotForClientsIsNotTold() {
    alice.allocate(new AdditionalAddressFamily(AddressFamily.IPV6));
    alice.permit(PEER);
    alice.permit(PEER6);
    RelayedAddress relayed = turn.opened.getFirst();
    for (int type = 0; type < 256; type++) {
      relayed.icmpError(PEER, type, 0, 0, turn.now);
      relayed.icmpError(PEER6, type, 0, 0, turn.now);
    }
    for (int type : new int[] {1, 2, 3, 3, 11}) {
      assertThat(turn.nextMessage().get(Icmp.class).type()).isEqualTo(type);
    }
    assertThat(turn.isSilent()).isTrue();
    assertThat(turn.server.counters().icmp()).isEqualTo(5);
  }

  @Test
  void whatMustNotBeFragmentedIsNotAndTheRestMayBe() {
    alice.allocate(new DontFragment());
    alice.bind(0x4000, PEER);
    alice.sendTo(PEER, HELLO);
    alice.channelData(0x4000, HELLO);
    assertThat(turn.switches).isZero();
    alice.sendTo(PEER, HELLO, new DontFragment());
    alice.sendTo(PEER, HELLO, new DontFragment());
    assertThat(turn.switches).isEqualTo(1);
    assertThat(turn.whole).containsExactly(PEER, PEER);
    alice.channelData(0x4000, HELLO);
    assertThat(turn.switches).isEqualTo(2);
    assertThat(turn.whole).hasSize(2);
    assertThat(turn.toPeers.get(turn.opened.getLast())).hasSize(5);
  }

  @Test
  void whoCannotForbidFragmentsSaysSo() {
    turn.forbidsFragments = false;
    alice.greet();
    StunMessage answer =
        alice.ask(StunMethod.ALLOCATE, new RequestedTransport(17), new DontFragment());
    assertThat(answer.get(ErrorCode.class).code()).isEqualTo(420);
    assertThat(answer.get(UnknownAttributes.class).types()).containsExactly(0x001A);
    alice.allocate();
    alice.permit(PEER);
    alice.permit(TurnFixture.OWN_MEDIA);
    alice.sendTo(PEER, HELLO, new DontFragment());
    assertThat(turn.toPeers.get(turn.opened.getLast())).isEmpty();
    assertThat(turn.server.counters().drops(Drop.NOT_POSSIBLE)).isEqualTo(1);
    // Inside the process nothing is fragmented.
    alice.sendTo(TurnFixture.OWN_MEDIA, HELLO, new DontFragment());
    assertThat(turn.toMedia).hasSize(1);
  }
}
