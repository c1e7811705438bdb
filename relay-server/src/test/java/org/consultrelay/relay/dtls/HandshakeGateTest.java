package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HandshakeGateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void letsOnlySoManyInAtOnce() {
    HandshakeGate gate = new HandshakeGate(2, 1_000);
    assertThat(gate.tryEnter(0)).isTrue();
    assertThat(gate.tryEnter(0)).isTrue();
    assertThat(gate.tryEnter(0)).isFalse();
    assertThat(gate.refusedConcurrent()).isEqualTo(1);
    assertThat(gate.refusedRate()).isZero();
    assertThat(gate.active()).isEqualTo(2);
    gate.leave();
    assertThat(gate.tryEnter(0)).isTrue();
  }

  @Test
  void letsOnlySoManyInPerSecondWhateverTheClocksZero() {
    for (long zero : new long[] {0, -5 * SECOND, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2}) {
      HandshakeGate gate = new HandshakeGate(1_000_000, 10);
      assertThat(entering(gate, zero, 50)).isEqualTo(10);
      assertThat(entering(gate, zero, 50)).isZero();
      assertThat(gate.refusedRate()).isEqualTo(90);
      // A tenth of a second later there is room for one.
      assertThat(entering(gate, zero + SECOND / 10, 50)).isEqualTo(1);
      // Idle time is not saved up beyond a second.
      assertThat(entering(gate, zero + 100 * SECOND, 50)).isEqualTo(10);
      assertThat(gate.active()).isEqualTo(21);
    }
  }

  @Test
  void holdsTheRateOverTime() {
    HandshakeGate gate = new HandshakeGate(1_000_000, 100);
    int entered = 0;
    for (long now = 0; now < 10 * SECOND; now += SECOND / 1_000) {
      entered += entering(gate, now, 1);
    }
    assertThat(entered).isBetween(1_098, 1_101); // 100 at once, then 100 in each of 10 seconds
  }

  @Test
  void refusesToBeMadeShut() {
    assertThatThrownBy(() -> new HandshakeGate(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HandshakeGate(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static int entering(HandshakeGate gate, long now, int attempts) {
    int entered = 0;
    for (int i = 0; i < attempts; i++) {
      if (gate.tryEnter(now)) {
        entered++;
      }
    }
    return entered;
  }
}
