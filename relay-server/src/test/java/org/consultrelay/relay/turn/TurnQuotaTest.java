package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnCounters.AllocateOutcome;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** What users, hosts and all together may have at a time. */
class TurnQuotaTest {
  private static final TransportAddress PEER = TurnFixture.address("9.9.9.9", 40_000);

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
}
