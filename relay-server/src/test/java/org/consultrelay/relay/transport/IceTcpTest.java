package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.consultrelay.relay.ice.CheckAnswer.Verdict;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceState;
import org.consultrelay.relay.net.stream.StreamEnd;
import org.consultrelay.relay.net.stream.StreamLimits;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunClass;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.transport.IceTcpFixture.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that reach us by TCP (RFC 6544), whichever loop takes their connection. */
class IceTcpTest {
  private final AtomicReference<TransportEnd> end = new AtomicReference<>();

  private final PeerTransport.Listener listener =
      new PeerTransport.Listener() {
        @Override
        public void connected(PeerTransport transport) {}

        @Override
        public void ended(PeerTransport transport, TransportEnd reason) {
          end.set(reason);
        }
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void checksAreAnsweredWhereverTheConnectionLands(int loops) throws Exception {
    try (IceTcpFixture fixture = new IceTcpFixture(loops, StreamLimits.DEFAULT)) {
      PeerTransport transport = fixture.open(0, listener);
      IceCredentials credentials = transport.localCredentials();
      // The kernel spreads connections over the loops: go on until each has had some.
      Set<Boolean> handedOver = new HashSet<>();
      List<Client> clients = new ArrayList<>();
      while (handedOver.size() < loops) {
        assertThat(clients).hasSizeLessThan(15);
        long before = fixture.handedOver();
        Client client = fixture.connect();
        clients.add(client);
        for (int i = 0; i < 3; i++) {
          client.send(fixture.check(credentials, i == 2));
          StunMessage answer = client.message();
          assertThat(answer.is(StunMethod.BINDING, StunClass.SUCCESS)).isTrue();
          assertThat(answer.get(XorMappedAddress.class).address()).isEqualTo(client.address());
        }
        handedOver.add(fixture.handedOver() > before);
        assertThat(fixture.on(0, transport::iceState)).isEqualTo(IceState.CONNECTED);
      }
      assertThat(fixture.on(0, transport::remoteAddress))
          .isIn(clients.stream().map(Client::address).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aConnectionThatClosesIsNoticedAtOnceAndMayBeMadeAgain(int loops) throws Exception {
    try (IceTcpFixture fixture = new IceTcpFixture(loops, StreamLimits.DEFAULT)) {
      PeerTransport transport = fixture.open(0, listener);
      IceCredentials credentials = transport.localCredentials();
      for (int i = 0; i < 6; i++) {
        Client client = fixture.connect();
        client.send(fixture.check(credentials, true));
        client.message();
        IceTcpFixture.until(() ->
            fixture.on(0, transport::iceState) == IceState.CONNECTED
                && client.address().equals(fixture.on(0, transport::remoteAddress)));
        client.close();
        // Long before consent would end, and without giving the call up.
        IceTcpFixture.until(() -> fixture.on(0, transport::iceState) == IceState.DISCONNECTED);
        assertThat(fixture.on(0, transport::remoteAddress)).isNull();
        assertThat(end).hasNullValue();
      }
    }
  }

  @Test
  void theCallMovesBetweenUdpAndTcp() throws Exception {
    try (IceTcpFixture fixture = new IceTcpFixture(1, StreamLimits.DEFAULT);
        DatagramSocket udp = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      PeerTransport transport = fixture.open(0, listener);
      IceCredentials credentials = transport.localCredentials();
      Client tcp = fixture.connect();
      tcp.send(fixture.check(credentials, true));
      tcp.message();
      assertThat(fixture.on(0, transport::remoteAddress)).isEqualTo(tcp.address());

      // UDP comes through again: a restart, and the peer nominates that.
      IceCredentials fresh =
          fixture.on(0, () -> transport.restartIce(fixture.loops.getFirst().nowNanos()));
      fixture.askByUdp(udp, 0, fixture.check(fresh, true));
      assertThat(fixture.on(0, () -> transport.remoteAddress().port()))
          .isEqualTo(udp.getLocalPort());

      // And is lost again.
      IceCredentials again =
          fixture.on(0, () -> transport.restartIce(fixture.loops.getFirst().nowNanos()));
      tcp.send(fixture.check(again, true));
      assertThat(tcp.message().is(StunMethod.BINDING, StunClass.SUCCESS)).isTrue();
      assertThat(fixture.on(0, transport::remoteAddress)).isEqualTo(tcp.address());
      assertThat(fixture.on(0, transport::iceState)).isEqualTo(IceState.CONNECTED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theConnectionEndsWithTheCall(int loops) throws Exception {
    try (IceTcpFixture fixture = new IceTcpFixture(loops, StreamLimits.DEFAULT)) {
      for (int i = 0; i < 4; i++) {
        PeerTransport transport = fixture.open(0, listener);
        Client client = fixture.connect();
        client.send(fixture.check(transport.localCredentials(), true));
        client.message();
        fixture.on(
            0,
            () -> {
              transport.close(fixture.loops.getFirst().nowNanos());
              return true;
            });
        assertThat(client.isClosed()).isTrue();
      }
      IceTcpFixture.until(() -> fixture.counters.ends(StreamEnd.DONE) == 4);
      assertThat(fixture.counters.active()).isZero();
    }
  }

  @Test
  void strangersAreNeitherAnsweredNorKept() throws Exception {
    try (IceTcpFixture fixture =
        new IceTcpFixture(2, StreamLimits.DEFAULT.withProof(Duration.ofMillis(700)))) {
      PeerTransport transport = fixture.open(0, listener);
      Client member = fixture.connect();
      member.send(fixture.check(transport.localCredentials(), true));
      member.message();

      Client unknown = fixture.connect();
      unknown.send(fixture.check(new IceCredentials("nobody00", "x".repeat(24)), true));
      Client forger = fixture.connect();
      forger.send(
          fixture.check(
              new IceCredentials(transport.localCredentials().ufrag(), "y".repeat(24)), true));
      Client mediaOnly = fixture.connect();
      mediaOnly.send(new byte[] {(byte) 0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7});
      assertThat(unknown.isClosed()).isTrue();
      assertThat(forger.isClosed()).isTrue();
      assertThat(mediaOnly.isClosed()).isTrue();
      IceTcpFixture.until(() -> fixture.counters.ends(StreamEnd.STRANGER) == 3);
      assertThat(fixture.counters.sentPackets()).isEqualTo(1);
      assertThat(verdicts(fixture, Verdict.UNKNOWN_USERNAME)).isEqualTo(1);
      assertThat(verdicts(fixture, Verdict.BAD_INTEGRITY)).isEqualTo(1);

      member.send(fixture.check(transport.localCredentials(), true));
      assertThat(member.message().is(StunMethod.BINDING, StunClass.SUCCESS)).isTrue();
    }
  }

  private static long verdicts(IceTcpFixture fixture, Verdict verdict) {
    long sum = 0;
    for (int i = 0; i < fixture.loops.size(); i++) {
      int loop = i;
      sum += fixture.on(i, () -> fixture.demultiplexers.get(loop).counters().checks(verdict));
    }
    return sum;
  }
}
