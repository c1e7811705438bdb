package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** How long allocations, permissions, channels, kept ports and credentials last. */
class TurnLifetimeTest {
  private static final TransportAddress PEER = TurnFixture.address("9.9.9.9", 40_000);
  private static final byte[] HELLO = {1, 2, 3, 4, 5};

  private final TurnFixture turn = new TurnFixture();
  private final User alice = turn.new User(TurnFixture.host(1), "alice");

  @Test
  void aKeptPortIsFreeAgainAfterHalfAMinute() {
    alice.greet();
    alice.ask(StunMethod.ALLOCATE, new RequestedTransport(17), new EvenPort(true));
    assertThat(turn.ports.taken()).isEqualTo(2);
    turn.pass(Duration.ofSeconds(31));
    assertThat(turn.ports.taken()).isEqualTo(1);
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
}
