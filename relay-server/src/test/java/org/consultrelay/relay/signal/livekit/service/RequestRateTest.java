package org.consultrelay.relay.signal.livekit.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestRateTest {
  private static final long SECOND = 1_000_000_000L;

  private final RequestRate rate = new RequestRate();

  private int taken(String key, long nowNanos) {
    int taken = 0;
    while (rate.take(key, nowNanos)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aBurstAndThenSoManyASecond() {
    long start = -5 * SECOND;
    assertThat(taken("clinic", start)).isEqualTo(RequestRate.BURST);
    assertThat(taken("clinic", start + SECOND)).isEqualTo(RequestRate.RATE);
    assertThat(taken("clinic", start + SECOND / 2)).as("a clock that was read before").isZero();
    assertThat(taken("clinic", start + 1_000 * SECOND)).isEqualTo(RequestRate.BURST);
    assertThat(taken("clinic", Long.MAX_VALUE)).isEqualTo(RequestRate.BURST);
  }

  @Test
  void whatCostsMoreCountsAsMore() {
    assertThat(rate.take("clinic", RequestRate.BURST - 1, 0)).isTrue();
    assertThat(rate.take("clinic", 2, 0)).isFalse();
    assertThat(taken("clinic", 0)).isEqualTo(1);
    assertThat(rate.take("clinic", Integer.MAX_VALUE, 100 * SECOND)).isTrue();
  }

  @Test
  void oneKeyDoesNotTakeAnothersShare() {
    taken("clinic", 0);
    assertThat(taken("hospital", 0)).isEqualTo(RequestRate.BURST);
  }
}
