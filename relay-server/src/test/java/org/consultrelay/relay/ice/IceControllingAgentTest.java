package org.consultrelay.relay.ice;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.ice.Peer.HIGH;
import static org.consultrelay.relay.ice.Peer.LOW;
import static org.consultrelay.relay.ice.Peer.STRANGER;
import static org.consultrelay.relay.ice.Peer.seconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.ice.IceControllingAgent.Nominating;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.IceControlling;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMessage.Integrity;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

class IceControllingAgentTest {
  private static final TransportAddress RELAY = SimulatedCall.RELAY;

  private final SplittableRandom random = new SplittableRandom(3);
  private final IceCredentials local = IceCredentials.random(random);
  private final IceCredentials remote = IceCredentials.random(random);
  private final IntegrityKey remoteKey = IntegrityKey.shortTerm(remote.password());
  private final IceControllingAgent agent =
      new IceControllingAgent(
          local,
          remote,
          77,
          Nominating.SELECTED,
          IceTimeouts.of(Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(30)),
          random,
          0);

  private StunMessage sent() {
    return Peer.message(requireNonNull(agent.poll()).bytes());
  }

  private StunMessage success(StunMessage request, IntegrityKey key) {
    return Peer.message(
        StunWriter.success(request)
            .add(new XorMappedAddress(Peer.WIFI))
            .signed(key, IntegrityAlgorithm.SHA1));
  }

  @Test
  void aCheckCarriesWhatIceWants() {
    agent.addPair(1, RELAY, HIGH, 0);
    OutgoingCheck out = requireNonNull(agent.poll());
    assertThat(out.path()).isEqualTo(1);
    assertThat(out.to()).isEqualTo(RELAY);
    StunMessage check = Peer.message(out.bytes());
    assertThat(check.attributes())
        .containsExactly(
            new Username(remote.ufrag() + ":" + local.ufrag()),
            new IceControlling(77),
            new Priority(HIGH));
    assertThat(check.verify(remoteKey)).isEqualTo(Integrity.VALID);
    assertThat(check.hasFingerprint()).isTrue();
  }

  @Test
  void retransmitsAsRfc8489Says() {
    agent.addPair(1, RELAY, HIGH, 0);
    List<Long> times = new ArrayList<>();
    List<Object> ids = new ArrayList<>();
    long now = 0;
    while (times.size() < 8) {
      for (OutgoingCheck out = agent.poll(); out != null; out = agent.poll()) {
        times.add(now);
        ids.add(Peer.message(out.bytes()).transactionId());
      }
      now = agent.deadline();
      agent.onDeadline(now);
    }
    assertThat(times)
        .containsExactly(
            0L,
            seconds(0.5),
            seconds(1.5),
            seconds(3.5),
            seconds(7.5),
            seconds(15.5),
            seconds(31.5),
            seconds(39.5));
    assertThat(ids.subList(0, 7)).containsOnly(ids.getFirst());
    assertThat(ids.get(7)).isNotEqualTo(ids.getFirst());
  }

  @Test
  void nominatesWhatWasValidAndRenewsConsent() {
    agent.addPair(1, RELAY, HIGH, 0);
    StunMessage check = sent();
    agent.onMessage(success(check, remoteKey), RELAY, 1, seconds(0.1));
    assertThat(agent.state()).isEqualTo(IceState.CHECKING);
    StunMessage nominating = sent();
    assertThat(nominating.has(UseCandidate.class)).isTrue();
    assertThat(nominating.transactionId()).isNotEqualTo(check.transactionId());
    agent.onMessage(success(nominating, remoteKey), RELAY, 1, seconds(0.2));
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(agent.selected()).isEqualTo(RELAY);
    double last = 0.2;
    for (int i = 0; i < 20; i++) {
      long at = agent.deadline();
      assertThat(at).isBetween(seconds(last + 3.9), seconds(last + 6.1));
      agent.onDeadline(at);
      StunMessage consent = sent();
      assertThat(consent.has(UseCandidate.class)).isTrue();
      agent.onMessage(success(consent, remoteKey), RELAY, 1, at);
      last = at / (double) seconds(1);
    }
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
  }

  @Test
  void consentRunsOutExactly() {
    agent.addPair(1, RELAY, HIGH, 0);
    agent.onMessage(success(sent(), remoteKey), RELAY, 1, seconds(0.1));
    agent.onMessage(success(sent(), remoteKey), RELAY, 1, seconds(50));
    agent.onDeadline(seconds(80) - 1);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    agent.onDeadline(seconds(80));
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
  }

  @Test
  void responsesThatAreNotFromThereDoNotCount() {
    agent.addPair(1, RELAY, HIGH, 0);
    StunMessage check = sent();
    agent.onMessage(success(check, IntegrityKey.shortTerm(local.password())), RELAY, 1, 0);
    agent.onMessage(success(check, remoteKey), STRANGER, 1, 0);
    agent.onMessage(success(check, remoteKey), RELAY, 2, 0);
    agent.onMessage(
        Peer.message(StunWriter.error(check, 487, "").signed(remoteKey, IntegrityAlgorithm.SHA1)),
        RELAY,
        1,
        0);
    assertThat(agent.poll()).isNull();
    assertThat(agent.state()).isEqualTo(IceState.CHECKING);
    agent.onMessage(success(check, remoteKey), RELAY, 1, 0);
    assertThat(agent.poll()).isNotNull();
  }

  @Test
  void checksArePaced() {
    for (int path = 0; path < 4; path++) {
      agent.addPair(path, RELAY, LOW, 0);
    }
    assertThat(agent.poll()).isNotNull();
    assertThat(agent.poll()).isNull();
    for (int path = 1; path < 4; path++) {
      agent.onDeadline(seconds(0.05 * path));
      assertThat(requireNonNull(agent.poll()).path()).isEqualTo(path);
    }
  }

  @Test
  void answersThePeersChecks() {
    Peer peer = new Peer();
    agent.onMessage(peer.check(local, HIGH), STRANGER, 3, 0);
    OutgoingCheck out = requireNonNull(agent.poll());
    assertThat(out.to()).isEqualTo(STRANGER);
    assertThat(out.path()).isEqualTo(3);
    assertThat(Peer.message(out.bytes()).get(XorMappedAddress.class))
        .isEqualTo(new XorMappedAddress(STRANGER));
    agent.onMessage(peer.check(remote, HIGH), STRANGER, 3, 0);
    agent.onMessage(Peer.message(peer.bytes(local, remote.password())), STRANGER, 3, 0);
    assertThat(agent.poll()).isNull();
  }
}
