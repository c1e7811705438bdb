package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final long MS = 1_000_000;

  @Test
  void theAcknowledgedRateIsThatOfTheLastHalfSecond() {
    AcknowledgedRate rate = new AcknowledgedRate();
    for (int i = 0; i < 300; i++) {
      rate.add(1_250, 10L * i * MS);
    }
    assertThat(rate.bitsPerSecond()).isCloseTo(1_000_000, within(60_000.0));
    for (int i = 0; i < 30; i++) {
      rate.add(125, (3_000 + 10L * i) * MS);
    }
    assertThat(rate.recentBitsPerSecond()).isCloseTo(100_000, within(30_000.0));
    assertThat(rate.bitsPerSecond()).isBetween(400_000.0, 600_000.0);
  }

  @Test
  void tooLittleSaysNothing() {
    AcknowledgedRate rate = new AcknowledgedRate();
    assertThat(rate.bitsPerSecond()).isZero();
    rate.add(1_200, -5_000 * MS);
    rate.add(1_200, -4_950 * MS);
    assertThat(rate.bitsPerSecond()).isZero();
    for (int i = 0; i < 100; i++) {
      rate.add(1_200, 10L * i * MS);
    }
    assertThat(rate.bitsPerSecond()).isPositive();
    rate.add(1_200, 60_000 * MS);
    assertThat(rate.bitsPerSecond()).isZero();
  }

  /** Two packets every 10 ms, each lost with a chance that depends on the rate. */
  private static LossRate run(DoubleUnaryOperator chance, double target, int seconds) {
    LossRate loss = new LossRate(30_000);
    SplittableRandom random = new SplittableRandom(3);
    int came = 0;
    int sent = 0;
    for (int i = 0; i < seconds * 100; i++) {
      double rate = Math.min(target, loss.limit());
      for (int k = 0; k < 2; k++) {
        sent++;
        if (random.nextDouble() < chance.applyAsDouble(rate)) {
          loss.lost();
        } else {
          came++;
          loss.received();
        }
      }
      if (i % 5 == 4) {
        double share = (double) came / sent;
        came = 0;
        sent = 0;
        loss.update(rate, rate * share, false, 10L * i * MS);
      }
    }
    return loss;
  }

  @Test
  void lossThatDoesNotGoAwayLimitsNothing() {
    LossRate loss = run(rate -> 0.1, 2_000_000, 30);
    assertThat(loss.limit()).isGreaterThan(2_000_000);
    assertThat(loss.inherent()).isBetween(0.06, 0.14);
  }

  @Test
  void lossThatGoesAwayWithTheRateIsHeeded() {
    LossRate loss = run(rate -> Math.max(0, 1 - 1_000_000 / rate), 2_000_000, 10);
    assertThat(loss.limit()).isBetween(800_000.0, 1_200_000.0);
    assertThat(loss.inherent()).isLessThan(0.05);
  }

  @Test
  void noLossNoLimit() {
    LossRate loss = run(rate -> 0.001, 2_000_000, 30);
    assertThat(loss.limit()).isInfinite();
  }

  @Test
  void whatIsOnlyLateIsNotLost() {
    LossRate loss = new LossRate(30_000);
    for (int i = 0; i < 200; i++) {
      int window = loss.window();
      for (int k = 0; k < 5; k++) {
        loss.lost();
        loss.received();
      }
      loss.update(1_000_000, 1_000_000, false, 50L * i * MS);
      for (int k = 0; k < 5; k++) {
        loss.recovered(window);
      }
    }
    assertThat(loss.limit()).isInfinite();
    assertThat(loss.inherent()).isZero();
  }

  @Test
  void aSenderIsLimitedWhenItSendsMuchLessThanItMay() {
    SendRate rate = new SendRate();
    rate.start(0);
    long bytes = 0;
    for (int i = 0; i < 200; i++) {
      bytes += 625;
      rate.update(bytes, 1_000_000, 10L * i * MS);
    }
    assertThat(rate.limited()).isTrue();
    for (int i = 200; i < 400; i++) {
      bytes += 1_150;
      rate.update(bytes, 1_000_000, 10L * i * MS);
    }
    assertThat(rate.limited()).isFalse();
    assertThat(rate.bitsPerSecond()).isCloseTo(920_000, within(40_000.0));
  }

  @Test
  void theDelayRateComesDownBelowWhatCameThroughAndDrains() {
    DelayRate rate = new DelayRate(2_000_000, 30_000, 20_000_000);
    rate.update(LineUse.NORMAL, 1_900_000, 1_900_000, false, 0, 50 * MS, 0);
    rate.update(LineUse.OVERUSE, 1_800_000, 1_800_000, false, 200 * MS, 50 * MS, 50 * MS);
    assertThat(rate.target()).isCloseTo(1_620_000, within(1.0));
    assertThat(rate.draining()).isTrue();
    rate.update(LineUse.NORMAL, 1_800_000, 1_800_000, false, 200 * MS, 50 * MS, 100 * MS);
    assertThat(rate.current()).isCloseTo(810_000, within(1.0));
    rate.update(LineUse.UNDERUSE, 1_800_000, 1_800_000, false, 5 * MS, 50 * MS, 500 * MS);
    assertThat(rate.draining()).isFalse();
    assertThat(rate.current()).isEqualTo(rate.target());
  }

  @Test
  void aQueueThatDoesNotGoIsNotOurs() {
    Drain drain = new Drain();
    drain.start(2_000_000, 0);
    long now = 0;
    while (drain.active() && now < 10_000 * MS) {
      now += 50 * MS;
      drain.update(1_000_000, 250 * MS, 50 * MS, now);
    }
    assertThat(drain.inVain()).isTrue();
    assertThat(now).isBetween(1_000 * MS, 3_200 * MS);
    assertThat(drain.factor()).isEqualTo(1);
  }
}
