package org.consultrelay.relay.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.ice.Peer.HIGH;
import static org.consultrelay.relay.ice.Peer.LOW;
import static org.consultrelay.relay.ice.Peer.MOBILE;
import static org.consultrelay.relay.ice.Peer.WIFI;
import static org.consultrelay.relay.ice.Peer.seconds;

import java.util.function.Consumer;
import org.consultrelay.relay.ice.IceControllingAgent.Nominating;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two agents against each other on bad networks: 200 seeds each, in virtual time. */
class SimulatedCallTest {
  private static final int SEEDS = 200;

  private static void overBadNetworks(Nominating nominating, Consumer<SimulatedCall> scenario) {
    for (long seed = 0; seed < SEEDS; seed++) {
      // Loss from 0 to 12 %, a delay of up to 50 to 300 ms that reorders freely.
      double loss = (seed % 7) * 0.02;
      long delay = seconds(0.05 + (seed % 6) * 0.05);
      try {
        scenario.accept(new SimulatedCall(seed, loss, delay, nominating));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", loss " + loss, e);
      }
    }
  }

  private static void assertAgreed(SimulatedCall call, Place expected) {
    assertThat(call.client.state()).isEqualTo(IceState.CONNECTED);
    assertThat(call.client.selectedPath()).isEqualTo(expected.path());
    assertThat(call.lite.selected()).isEqualTo(expected.address());
    // It wavers when three checks in a row are lost, and with these networks that comes to pass.
    assertThat(call.lite.state()).isIn(IceState.CONNECTED, IceState.DISCONNECTED);
  }

  private record Place(int path, TransportAddress address) {}

  private static final Place ON_WIFI = new Place(1, WIFI);
  private static final Place ON_MOBILE = new Place(2, MOBILE);

  @ParameterizedTest
  @EnumSource(Nominating.class)
  void connectsAndStays(Nominating nominating) {
    overBadNetworks(
        nominating,
        call -> {
          call.open(2, MOBILE, LOW);
          call.open(1, WIFI, HIGH);
          call.runUntil(29);
          assertAgreed(call, ON_WIFI);
          int settled = call.selections.size();
          assertThat(settled).isLessThanOrEqualTo(4);
          call.runUntil(120);
          // A consent check in time may be missing, so the state may have wavered; never failed.
          assertThat(call.states).doesNotContain(IceState.FAILED);
          assertThat(call.lite.selected()).isEqualTo(WIFI);
          if (nominating == Nominating.SELECTED) {
            assertThat(call.selections).hasSize(settled);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Nominating.class)
  void fromWifiToMobile(Nominating nominating) {
    overBadNetworks(
        nominating,
        call -> {
          call.open(1, WIFI, HIGH);
          call.runUntil(25);
          assertAgreed(call, ON_WIFI);
          call.cut(1);
          call.client.removePath(1, call.now);
          call.open(2, MOBILE, LOW);
          call.runUntil(45);
          assertAgreed(call, ON_MOBILE);
          assertThat(call.states).doesNotContain(IceState.FAILED);
          call.runUntil(75);
          assertThat(call.lite.isValidated(WIFI, 0)).isFalse();
        });
  }

  @Test
  void aNatThatForgets() {
    overBadNetworks(
        Nominating.SELECTED,
        call -> {
          call.open(1, WIFI, HIGH);
          call.runUntil(25);
          call.remap(1, WIFI.withPort(60_001));
          call.runUntil(45);
          assertThat(call.lite.selected()).isEqualTo(WIFI.withPort(60_001));
          assertThat(call.states).doesNotContain(IceState.FAILED);
        });
  }

  @Test
  void restartInMidCall() {
    overBadNetworks(
        Nominating.SELECTED,
        call -> {
          call.open(1, WIFI, HIGH);
          call.runUntil(25);
          // The old client's checks go on until the answer has reached it, a second later; its
          // last ones are still on the way when the new ones begin.
          IceCredentials renewed = call.newCredentials();
          call.lite.restart(renewed, call.now);
          call.runUntil(26);
          assertThat(call.lite.selected()).isEqualTo(WIFI);
          call.client = call.newClient(renewed, Nominating.SELECTED);
          call.open(1, WIFI, HIGH);
          call.open(2, MOBILE, LOW);
          call.runUntil(50);
          assertAgreed(call, ON_WIFI);
          assertThat(call.lite.local()).isEqualTo(renewed);
          assertThat(call.states).doesNotContain(IceState.FAILED);
        });
  }

  @Test
  void bothSidesNoticeWhenTheNetworkIsGone() {
    overBadNetworks(
        Nominating.SELECTED,
        call -> {
          call.open(1, WIFI, HIGH);
          call.runUntil(25);
          call.cut(1);
          call.runUntil(25 + 31);
          assertThat(call.lite.state()).isEqualTo(IceState.FAILED);
          assertThat(call.client.state()).isEqualTo(IceState.FAILED);
          assertThat(call.lite.deadline()).isEqualTo(IceLiteAgent.NEVER);
          assertThat(call.client.deadline()).isEqualTo(IceLiteAgent.NEVER);
        });
  }

  @Test
  void nobodyThere() {
    SimulatedCall call = new SimulatedCall(1, 1.0, seconds(0.1), Nominating.SELECTED);
    call.open(1, WIFI, HIGH);
    call.runUntil(30);
    assertThat(call.client.state()).isEqualTo(IceState.FAILED);
    assertThat(call.lite.state()).isEqualTo(IceState.FAILED);
  }
}
