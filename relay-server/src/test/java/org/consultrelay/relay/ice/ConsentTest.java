package org.consultrelay.relay.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.ice.Peer.HIGH;
import static org.consultrelay.relay.ice.Peer.LOW;
import static org.consultrelay.relay.ice.Peer.MOBILE;
import static org.consultrelay.relay.ice.Peer.WIFI;
import static org.consultrelay.relay.ice.Peer.seconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.consultrelay.relay.ice.CheckAnswer.Verdict;
import org.consultrelay.relay.ice.IceEvent.PairRemoved;
import org.consultrelay.relay.ice.IceEvent.PairSelected;
import org.consultrelay.relay.ice.IceEvent.StateChanged;
import org.junit.jupiter.api.Test;

/** Consent and its end (RFC 7675), to the nanosecond. */
class ConsentTest {
  private final IceCredentials local = IceCredentials.random(new Random(1));
  private final IceLiteAgent agent =
      new IceLiteAgent(
          local,
          IceTimeouts.of(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(30)),
          0);
  private final Peer peer = new Peer();

  private List<IceEvent> events() {
    List<IceEvent> events = new ArrayList<>();
    for (IceEvent event = agent.poll(); event != null; event = agent.poll()) {
      events.add(event);
    }
    return events;
  }

  @Test
  void nobodyComes() {
    assertThat(agent.deadline()).isEqualTo(seconds(30));
    agent.onDeadline(seconds(30) - 1);
    assertThat(agent.state()).isEqualTo(IceState.NEW);
    agent.onDeadline(seconds(30));
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
    assertThat(agent.deadline()).isEqualTo(IceLiteAgent.NEVER);
    assertThat(events()).containsExactly(new StateChanged(IceState.FAILED));
  }

  @Test
  void checksButNoNomination() {
    for (int i = 0; i < 60; i++) {
      agent.onBindingRequest(peer.check(local, HIGH), WIFI, 0, seconds(i * 0.5));
    }
    assertThat(agent.state()).isEqualTo(IceState.CHECKING);
    agent.onDeadline(seconds(30));
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
    assertThat(agent.isValidated(WIFI, 0)).isFalse();
  }

  @Test
  void exactlyAtTheDeadline() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 0, seconds(5));
    events();
    assertThat(agent.deadline()).isEqualTo(seconds(15));
    agent.onDeadline(seconds(15) - 1);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    agent.onDeadline(seconds(15));
    assertThat(agent.state()).isEqualTo(IceState.DISCONNECTED);
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(agent.deadline()).isEqualTo(seconds(35));
    agent.onDeadline(seconds(35) - 1);
    assertThat(agent.selected()).isEqualTo(WIFI);
    agent.onDeadline(seconds(35));
    assertThat(agent.selected()).isNull();
    assertThat(events())
        .containsExactly(
            new StateChanged(IceState.DISCONNECTED),
            new PairRemoved(WIFI, 0),
            new StateChanged(IceState.FAILED));
  }

  @Test
  void aCheckInTimeKeepsIt() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 0, 0);
    agent.onDeadline(seconds(29));
    assertThat(agent.state()).isEqualTo(IceState.DISCONNECTED);
    agent.onBindingRequest(peer.check(local, HIGH), WIFI, 0, seconds(30) - 1);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    agent.onDeadline(seconds(30));
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(agent.deadline()).isEqualTo(seconds(40) - 1);
  }

  @Test
  void onceItIsGoneItStaysGoneUntilARestart() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 0, 0);
    agent.onDeadline(seconds(30));
    CheckAnswer late = agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 0, seconds(31));
    assertThat(late.verdict()).isEqualTo(Verdict.EXPIRED);
    assertThat(late.response()).isNull();
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
    IceCredentials renewed = IceCredentials.random(new Random(2));
    agent.restart(renewed, seconds(40));
    assertThat(agent.state()).isEqualTo(IceState.NEW);
    assertThat(agent.deadline()).isEqualTo(seconds(70));
    agent.onBindingRequest(peer.nominating(renewed, HIGH), WIFI, 0, seconds(41));
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 0, seconds(42)).verdict())
        .isEqualTo(Verdict.UNKNOWN_USERNAME);
  }

  @Test
  void anotherPairThatIsStillCheckedTakesOver() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 0, 0);
    for (int i = 0; i < 14; i++) {
      agent.onBindingRequest(peer.check(local, LOW), MOBILE, 1, seconds(1 + i * 2.5));
      agent.onDeadline(seconds(1 + i * 2.5));
    }
    assertThat(agent.selected()).isEqualTo(MOBILE);
    assertThat(agent.selectedPath()).isEqualTo(1);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(agent.isValidated(WIFI, 0)).isFalse();
    assertThat(events()).contains(new PairRemoved(WIFI, 0), new PairSelected(MOBILE, 1));
  }

  @Test
  void aClosedTcpConnectionHasTimeToComeBack() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 7, seconds(100));
    agent.onPairClosed(WIFI, 7, seconds(110));
    assertThat(agent.state()).isEqualTo(IceState.DISCONNECTED);
    assertThat(agent.selected()).isNull();
    assertThat(agent.isValidated(WIFI, 7)).isFalse();
    assertThat(agent.deadline()).isEqualTo(seconds(130));
    agent.onDeadline(seconds(130) - 1);
    assertThat(agent.state()).isEqualTo(IceState.DISCONNECTED);
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 8, seconds(130) - 1);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(agent.selectedPath()).isEqualTo(8);
  }

  @Test
  void aClosedTcpConnectionThatDoesNotComeBack() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 7, seconds(100));
    agent.onPairClosed(WIFI, 7, seconds(110));
    agent.onDeadline(agent.deadline());
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
  }

  @Test
  void aConnectionThatClosesBesideTheCallCostsNothing() {
    agent.onBindingRequest(peer.nominating(local, HIGH), WIFI, 7, seconds(100));
    agent.onBindingRequest(peer.check(local, LOW), MOBILE, 7, seconds(101));
    agent.onPairClosed(MOBILE, 7, seconds(103));
    agent.onPairClosed(MOBILE, 7, seconds(103));
    assertThat(agent.isValidated(MOBILE, 7)).isFalse();
    assertThat(agent.isValidated(WIFI, 7)).isTrue();
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
  }
}
