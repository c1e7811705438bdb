package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressErrorCode;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** What is asked of the server, and how it answers (RFC 8656 §7 to §12). */
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
  void whenNoPortCanBeHadItIsSaid() {
    alice.allocate();
    turn.noSockets = true;
    assertThat(alice.permit(PEER)).isEqualTo(508);
    assertThat(alice.permit(TurnFixture.OWN_MEDIA)).isZero();
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
