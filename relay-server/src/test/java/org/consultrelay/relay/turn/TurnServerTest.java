package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressErrorCode;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnCounters.AllocateOutcome;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** RFC 8656, rule by rule. */
class TurnServerTest {
  private static final TransportAddress PEER = TurnFixture.address("9.9.9.9", 40_000);
  private static final TransportAddress PEER6 = TurnFixture.address("2a00::9", 40_000);
  private static final byte[] HELLO = {1, 2, 3, 4, 5};

  private final TurnFixture turn = new TurnFixture();
  private final User alice = turn.new User(TurnFixture.host(1), "alice");

  @Test
  void bindingTellsTheAddress() {
    turn.datagram(alice.from, turn.request(StunMethod.BINDING).plain());
    assertThat(turn.nextMessage().get(XorMappedAddress.class).address()).isEqualTo(alice.from);
  }

  @Test
  void anAllocationIsANumberUntilItNamesAPeer() {
    TransportAddress relayed = alice.allocate();
    assertThat(relayed.withPort(0)).isEqualTo(TurnFixture.address("198.51.100.1", 0));
    assertThat(relayed.port()).isBetween(50_000, 50_999);
    assertThat(turn.opened).isEmpty();
    assertThat(alice.permit(PEER)).isZero();
    assertThat(turn.opened).hasSize(1);
    assertThat(turn.opened.getFirst().address()).isEqualTo(relayed);
  }

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
  void ipv6AndBothFamilies() {
    assertThat(alice.allocate(new RequestedAddressFamily(AddressFamily.IPV6)).isIpv4()).isFalse();
    assertThat(alice.permit(PEER)).isEqualTo(443);
    assertThat(alice.bind(0x4000, PEER6)).isZero();
    turn.fromPeer(PEER6, HELLO);
    assertThat(turn.next().bytes()).hasSize(9);
    turn.fromPeer(PEER6.withPort(7), HELLO);
    assertThat(turn.nextMessage().get(XorPeerAddress.class).address()).isEqualTo(PEER6.withPort(7));
    assertThat(alice.code(StunMethod.REFRESH, new RequestedAddressFamily(AddressFamily.IPV4)))
        .isEqualTo(443);

    User both = turn.new User(TurnFixture.host(2), "both");
    both.greet();
    StunMessage answer =
        both.ask(
            StunMethod.ALLOCATE,
            new RequestedTransport(17),
            new AdditionalAddressFamily(AddressFamily.IPV6));
    assertThat(answer.all(XorRelayedAddress.class)).hasSize(2);
    assertThat(answer.has(AddressErrorCode.class)).isFalse();
    assertThat(both.permit(PEER)).isZero();
    assertThat(both.permit(PEER6)).isZero();
    assertThat(both.code(StunMethod.REFRESH, new Lifetime(0))).isZero();
    assertThat(turn.opened).hasSize(1);
  }

  @Test
  void evenPortsAndTheOneThatIsKept() {
    alice.greet();
    StunMessage answer =
        alice.ask(StunMethod.ALLOCATE, new RequestedTransport(17), new EvenPort(true));
    int port = answer.get(XorRelayedAddress.class).address().port();
    assertThat(port & 1).isZero();
    ReservationToken token = answer.get(ReservationToken.class);
    User second = turn.new User(TurnFixture.host(2), "alice");
    assertThat(second.allocate(token).port()).isEqualTo(port + 1);
    User third = turn.new User(TurnFixture.host(3), "alice");
    third.greet();
    assertThat(third.code(StunMethod.ALLOCATE, new RequestedTransport(17), token)).isEqualTo(508);
    assertThat(
            third.code(StunMethod.ALLOCATE, new RequestedTransport(17), token, new EvenPort(false)))
        .isEqualTo(400);
  }

  @Test
  void aKeptPortIsOfTheSameHostAsItsPair() {
    alice.greet();
    StunMessage answer =
        alice.ask(
            StunMethod.ALLOCATE,
            new RequestedTransport(17),
            new EvenPort(true),
            new RequestedAddressFamily(AddressFamily.IPV6));
    TransportAddress first = answer.get(XorRelayedAddress.class).address();
    assertThat(first.isIpv4()).isFalse();
    User second = turn.new User(TurnFixture.host(2), "alice");
    assertThat(second.allocate(answer.get(ReservationToken.class)))
        .isEqualTo(first.withPort(first.port() + 1));
  }

  @Test
  void renewingAPermissionTakesNoRoomOfANewOne() {
    TurnFixture small =
        new TurnFixture(
            new TurnOptions("relay", 3_600, 2, 2, 2, 3, 4, 1 << 20, 1 << 30),
            PeerRules.of(List.of(), List.of()));
    User user = small.new User(TurnFixture.host(1), "a");
    user.allocate();
    assertThat(user.permit(PEER)).isZero();
    assertThat(
            user.code(
                StunMethod.CREATE_PERMISSION,
                new XorPeerAddress(PEER),
                new XorPeerAddress(PEER.withPort(9)),
                new XorPeerAddress(TurnFixture.address("9.9.9.6", 1)),
                new XorPeerAddress(TurnFixture.address("9.9.9.6", 2))))
        .isZero();
    assertThat(user.permit(TurnFixture.address("9.9.9.7", 1))).isEqualTo(508);
  }

  @Test
  void aKeptPortIsFreeAgainAfterHalfAMinute() {
    alice.greet();
    alice.ask(StunMethod.ALLOCATE, new RequestedTransport(17), new EvenPort(true));
    assertThat(turn.ports.taken()).isEqualTo(2);
    turn.pass(Duration.ofSeconds(31));
    assertThat(turn.ports.taken()).isEqualTo(1);
  }

  @Test
  void wrongRequestsAreToldApart() {
    alice.greet();
    assertThat(alice.code(StunMethod.REFRESH)).isEqualTo(437);
    assertThat(alice.code(StunMethod.ALLOCATE)).isEqualTo(400);
    assertThat(alice.code(StunMethod.ALLOCATE, new RequestedTransport(6))).isEqualTo(442);
    assertThat(
            alice.code(
                StunMethod.ALLOCATE,
                new RequestedTransport(17),
                new RequestedAddressFamily(AddressFamily.IPV4),
                new AdditionalAddressFamily(AddressFamily.IPV6)))
        .isEqualTo(400);
    alice.allocate();
    assertThat(alice.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isEqualTo(437);
    assertThat(alice.code(StunMethod.CREATE_PERMISSION)).isEqualTo(400);
    assertThat(alice.bind(0x3FFF, PEER)).isEqualTo(400);
    assertThat(alice.bind(0x8000, PEER)).isEqualTo(400);
    assertThat(alice.bind(0x4000, PEER)).isZero();
    assertThat(alice.bind(0x4000, PEER)).isZero();
    assertThat(alice.bind(0x4000, PEER.withPort(1))).isEqualTo(400);
    assertThat(alice.bind(0x4001, PEER)).isEqualTo(400);
    User mallory = turn.new User(alice.from, "mallory");
    mallory.greet();
    assertThat(mallory.permit(PEER)).isEqualTo(441);
  }

  @Test
  void aRepeatedAllocateGetsTheSameAnswer() {
    alice.greet();
    byte[] request = alice.sign(turn.request(StunMethod.ALLOCATE).add(new RequestedTransport(17)));
    alice.send(request);
    byte[] first = turn.next().bytes();
    alice.send(request);
    assertThat(turn.next().bytes()).isEqualTo(first);
    assertThat(turn.service.allocations()).isEqualTo(1);
  }

  @Test
  void permissionsEndAfterFiveMinutesAndChannelsAfterTen() {
    alice.allocate(new Lifetime(3_600));
    alice.bind(0x4001, PEER);
    turn.pass(Duration.ofSeconds(299));
    turn.fromPeer(PEER, HELLO);
    assertThat(turn.next().bytes()).hasSize(9);
    turn.pass(Duration.ofSeconds(2));
    turn.fromPeer(PEER, HELLO);
    assertThat(turn.isSilent()).isTrue();
    alice.channelData(0x4001, HELLO);
    assertThat(turn.toPeers.get(turn.opened.getLast())).hasSize(1);
    turn.pass(Duration.ofMinutes(5));
    alice.channelData(0x4001, HELLO);
    assertThat(turn.toPeers.get(turn.opened.getLast())).hasSize(1);
    assertThat(turn.server.counters().drops(Drop.NO_CHANNEL)).isEqualTo(1);
    assertThat(turn.server.counters().drops(Drop.NO_PERMISSION)).isEqualTo(1);
  }

  @Test
  void anExpiredChannelsNumberIsAnothersAlthoughItsOldPeerIsBoundAgain() {
    TurnFixture small =
        new TurnFixture(
            new TurnOptions("relay", 3_600, 3, 3, 2, 3, 4, 1 << 20, 1 << 30),
            PeerRules.of(List.of(), List.of()));
    User user = small.new User(TurnFixture.host(1), "a");
    user.allocate(new Lifetime(3_600));
    for (int i = 0; i < 3; i++) {
      assertThat(user.bind(0x4000 + i, PEER.withPort(1 + i))).isZero();
    }
    small.pass(Duration.ofMinutes(11));
    user.greet();
    assertThat(user.bind(0x4003, PEER.withPort(4))).isZero();
    assertThat(user.bind(0x4000, PEER.withPort(5))).isZero();
    assertThat(user.bind(0x4004, PEER.withPort(1))).isZero();
    user.channelData(0x4000, HELLO);
    assertThat(small.toPeers.get(small.opened.getLast()).remove().to()).isEqualTo(PEER.withPort(5));
  }

  @Test
  void whoVanishesLosesTheAllocation() {
    alice.allocate();
    alice.permit(PEER);
    turn.pass(Duration.ofSeconds(599));
    assertThat(turn.service.allocations()).isEqualTo(1);
    turn.pass(Duration.ofSeconds(2));
    assertThat(turn.service.allocations()).isZero();
    assertThat(turn.ports.taken()).isZero();
    assertThat(turn.opened).isEmpty();
    assertThat(turn.clients.size()).isZero();
    assertThat(turn.server.counters().expired()).isEqualTo(1);
    assertThat(turn.server.counters().active(TurnTransport.UDP)).isZero();
  }

  @Test
  void refreshProlongsWithinLimits() {
    alice.allocate();
    assertThat(alice.ask(StunMethod.REFRESH, new Lifetime(1)).get(Lifetime.class).seconds())
        .isEqualTo(600);
    assertThat(alice.ask(StunMethod.REFRESH, new Lifetime(99_999)).get(Lifetime.class).seconds())
        .isEqualTo(3_600);
    turn.pass(Duration.ofMinutes(50));
    assertThat(turn.service.allocations()).isEqualTo(1);
  }

  @Test
  void aConnectionThatComesToNothingIsClosed() {
    alice.stream = turn.server.accept(turn.client(alice.from, TurnTransport.TLS), turn.now);
    turn.pass(Duration.ofSeconds(29));
    assertThat(turn.isSilent()).isTrue();
    turn.pass(Duration.ofSeconds(2));
    assertThat(turn.next().bytes()).isEmpty();
    assertThat(turn.server.counters().idleClosed()).isEqualTo(1);
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
  void whenNoPortCanBeHadItIsSaid() {
    alice.allocate();
    turn.noSockets = true;
    assertThat(alice.permit(PEER)).isEqualTo(508);
    assertThat(alice.permit(TurnFixture.OWN_MEDIA)).isZero();
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

  @Test
  void quotasOfUserHostAndAll() {
    TurnFixture small =
        new TurnFixture(
            new TurnOptions("relay", 3_600, 2, 2, 2, 3, 4, 1 << 20, 1 << 30),
            PeerRules.of(List.of(), List.of()));
    TransportAddress host = TurnFixture.host(1);
    small.new User(host.withPort(1), "a").allocate();
    User second = small.new User(host.withPort(2), "a");
    second.allocate();
    User third = small.new User(host.withPort(3), "a");
    third.greet();
    assertThat(third.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isEqualTo(486);
    small.new User(host.withPort(4), "b").allocate();
    User fourth = small.new User(host.withPort(5), "b");
    fourth.greet();
    assertThat(fourth.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isEqualTo(486);
    small.new User(TurnFixture.host(2), "b").allocate();
    User last = small.new User(TurnFixture.host(3), "c");
    last.greet();
    assertThat(last.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isEqualTo(508);
    TurnCounters counters = small.server.counters();
    assertThat(counters.allocates(TurnTransport.UDP, AllocateOutcome.ALLOCATED)).isEqualTo(4);
    assertThat(counters.allocates(TurnTransport.UDP, AllocateOutcome.USER_QUOTA)).isEqualTo(1);
    assertThat(counters.allocates(TurnTransport.UDP, AllocateOutcome.SOURCE_QUOTA)).isEqualTo(1);
    assertThat(counters.allocates(TurnTransport.UDP, AllocateOutcome.NO_CAPACITY)).isEqualTo(1);

    assertThat(second.permit(PEER)).isZero();
    assertThat(second.bind(0x4000, PEER.withPort(1))).isZero();
    assertThat(second.bind(0x4001, PEER.withPort(2))).isZero();
    assertThat(second.bind(0x4002, PEER.withPort(3))).isEqualTo(508);
    assertThat(second.permit(TurnFixture.address("9.9.9.8", 1))).isZero();
    assertThat(second.permit(TurnFixture.address("9.9.9.7", 1))).isEqualTo(508);
    assertThat(
            second.code(
                StunMethod.CREATE_PERMISSION,
                new XorPeerAddress(PEER),
                new XorPeerAddress(TurnFixture.address("9.9.9.6", 1))))
        .isEqualTo(508);
  }

  @Test
  void bandwidthIsBounded() {
    TurnFixture small =
        new TurnFixture(
            new TurnOptions("relay", 3_600, 2, 2, 2, 3, 4, 40_000, 1 << 30),
            PeerRules.of(List.of(), List.of()));
    User user = small.new User(TurnFixture.host(1), "a");
    user.allocate();
    user.bind(0x4000, PEER);
    byte[] packet = new byte[1_000];
    for (int i = 0; i < 100; i++) {
      user.channelData(0x4000, packet);
      small.now += 10_000_000;
    }
    // A second and a quarter's worth, in a second.
    assertThat(small.server.counters().toPeerPackets()).isBetween(45L, 55L);
    assertThat(small.server.counters().drops(Drop.ALLOCATION_BANDWIDTH)).isGreaterThan(40);
  }

  @Test
  void aServerThatDrainsTakesNobodyNew() {
    alice.allocate();
    turn.server.draining(true);
    User bob = turn.new User(TurnFixture.host(2), "bob");
    bob.greet();
    assertThat(bob.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isEqualTo(508);
    assertThat(alice.code(StunMethod.REFRESH)).isZero();
    // Who is in one of our rooms must be able to come back to it.
    User participant = turn.new User(TurnFixture.host(4), turn.service.credential("PA_abc"));
    participant.allocate();
    turn.server.draining(false);
    assertThat(bob.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isZero();
  }

  @Test
  void aSessionsCredentialEndsWithIt() {
    User participant = turn.new User(TurnFixture.host(4), turn.service.credential("PA_abc"));
    participant.allocate();
    turn.pass(Duration.ofSeconds(5));
    assertThat(turn.service.allocations()).isEqualTo(1);
    turn.service.sessionEnded("PA_abc");
    assertThat(participant.code(StunMethod.REFRESH)).isEqualTo(401);
    turn.pass(Duration.ofSeconds(1));
    assertThat(turn.service.allocations()).isZero();
  }

  @Test
  void whatIsNoRequestIsNotAnswered() {
    turn.datagram(alice.from, new byte[] {0x40, 0, 0, 0});
    turn.datagram(alice.from, new byte[] {1});
    turn.datagram(alice.from, new byte[30]);
    alice.sendTo(PEER, HELLO);
    assertThat(StunCodec.decode(turn.request(StunMethod.SEND).plain()))
        .isInstanceOf(StunMessage.class);
    turn.datagram(alice.from, turn.request(StunMethod.SEND).plain());
    assertThat(turn.isSilent()).isTrue();
    assertThat(turn.clients.size()).isZero();
  }

  @Test
  void errorsNameTheirReason() {
    alice.allocate();
    StunMessage answer =
        alice.ask(
            StunMethod.CREATE_PERMISSION,
            new XorPeerAddress(TurnFixture.address("169.254.169.254", 80)));
    assertThat(answer.get(ErrorCode.class)).isEqualTo(new ErrorCode(403, "link_local"));
  }
}
