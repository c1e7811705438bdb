package org.consultrelay.relay.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.ice.Peer.HIGH;
import static org.consultrelay.relay.ice.Peer.LOW;
import static org.consultrelay.relay.ice.Peer.MOBILE;
import static org.consultrelay.relay.ice.Peer.WIFI;
import static org.consultrelay.relay.ice.Peer.seconds;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.consultrelay.relay.ice.CheckAnswer.Verdict;
import org.consultrelay.relay.ice.IceEvent.CredentialsRetired;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** ICE restart in the middle of a call (RFC 8445 §9). */
class IceRestartTest {
  private final IceCredentials before = IceCredentials.random(new Random(1));
  private final IceCredentials after = IceCredentials.random(new Random(2));
  private final IceLiteAgent agent = new IceLiteAgent(before, IceTimeouts.DEFAULT, 0);
  private final Peer peer = new Peer();

  private Verdict verdict(StunMessage request, TransportAddress from, double at) {
    return agent.onBindingRequest(request, from, 0, seconds(at)).verdict();
  }

  private List<String> retired() {
    List<String> ufrags = new ArrayList<>();
    for (IceEvent event = agent.poll(); event != null; event = agent.poll()) {
      if (event instanceof CredentialsRetired(String ufrag)) {
        ufrags.add(ufrag);
      }
    }
    return ufrags;
  }

  @Test
  void theCallGoesOnWhileBothGenerationsAreOnTheWire() {
    verdict(peer.nominating(before, HIGH), WIFI, 0);
    agent.restart(after, seconds(20));
    assertThat(agent.local()).isEqualTo(after);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(agent.selected()).isEqualTo(WIFI);

    // Interleaved: the old ones keep consent on the old pair, the new ones find their way.
    assertThat(verdict(peer.nominating(before, HIGH), WIFI, 20.1)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdict(peer.check(after, LOW), MOBILE, 20.2)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdict(peer.nominating(before, HIGH), WIFI, 20.3)).isEqualTo(Verdict.ACCEPTED);
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(retired()).isEmpty();

    // The first nomination of the new generation decides, whatever the priorities.
    assertThat(verdict(peer.nominating(after, LOW), MOBILE, 20.4)).isEqualTo(Verdict.ACCEPTED);
    assertThat(agent.selected()).isEqualTo(MOBILE);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(retired()).containsExactly(before.ufrag());
    assertThat(verdict(peer.nominating(before, HIGH), WIFI, 20.5))
        .isEqualTo(Verdict.UNKNOWN_USERNAME);
    assertThat(agent.selected()).isEqualTo(MOBILE);
    // Media that is still under way from the old pair is taken until its consent runs out.
    assertThat(agent.isValidated(WIFI, 0)).isTrue();
    agent.onBindingRequest(peer.nominating(after, LOW), MOBILE, 0, seconds(50));
    agent.onDeadline(seconds(50.3));
    assertThat(agent.isValidated(WIFI, 0)).isFalse();
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
  }

  @Test
  void theSamePairInBothGenerations() {
    verdict(peer.nominating(before, HIGH), WIFI, 0);
    agent.restart(after, seconds(1));
    verdict(peer.nominating(after, HIGH), WIFI, 1.5);
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(retired()).containsExactly(before.ufrag());
    verdict(peer.nominating(after, HIGH + 1), MOBILE, 1.6);
    assertThat(agent.selected()).isEqualTo(MOBILE);
  }

  @Test
  void aReplayedCheckOfTheOldGenerationIsStillAReplay() {
    StunMessage old = peer.nominating(before, HIGH);
    verdict(old, WIFI, 0);
    agent.restart(after, seconds(1));
    assertThat(verdict(old, MOBILE, 2)).isEqualTo(Verdict.REPLAYED);
    assertThat(agent.selected()).isEqualTo(WIFI);
  }

  @Test
  void aRestartThatThePeerNeverTakesUpDoesNotEndTheCall() {
    agent.restart(after, seconds(1));
    for (int i = 0; i < 40; i++) {
      assertThat(verdict(peer.nominating(before, HIGH), WIFI, 2 + i * 2.5))
          .isEqualTo(Verdict.ACCEPTED);
      agent.onDeadline(seconds(2 + i * 2.5));
    }
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(retired()).isEmpty();
  }

  @Test
  void aRestartOnTopOfARestartKeepsTheGenerationThatCarriesTheCall() {
    IceCredentials third = IceCredentials.random(new Random(3));
    verdict(peer.nominating(before, HIGH), WIFI, 0);
    agent.restart(after, seconds(1));
    agent.restart(third, seconds(2));
    assertThat(retired()).containsExactly(after.ufrag());
    assertThat(verdict(peer.nominating(before, HIGH), WIFI, 3)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdict(peer.nominating(after, HIGH), WIFI, 3)).isEqualTo(Verdict.UNKNOWN_USERNAME);
    assertThat(verdict(peer.nominating(third, HIGH), WIFI, 3)).isEqualTo(Verdict.ACCEPTED);
    assertThat(retired()).containsExactly(before.ufrag());
  }

  @Test
  void theRestartOfAnAgentWhosePeerIsGoneGetsItsOwnTime() {
    verdict(peer.nominating(before, HIGH), WIFI, 0);
    agent.restart(after, seconds(25));
    agent.onDeadline(seconds(30));
    assertThat(agent.state()).isEqualTo(IceState.DISCONNECTED);
    agent.onDeadline(seconds(55) - 1);
    assertThat(agent.state()).isEqualTo(IceState.DISCONNECTED);
    verdict(peer.nominating(after, LOW), MOBILE, 54.9);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
  }

  @Test
  void bothGenerationsEndWithTheAgent() {
    agent.restart(after, seconds(1));
    agent.onDeadline(seconds(31));
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
    assertThat(retired()).containsExactly(before.ufrag());
  }
}
