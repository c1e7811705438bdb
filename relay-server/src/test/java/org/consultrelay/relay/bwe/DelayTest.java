package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** From arrivals to a verdict: groups, trend, detector, queue. */
class DelayTest {
  private static final long MS = 1_000_000;

  private final PacketGroups groups = new PacketGroups();
  private final DelayTrend trend = new DelayTrend();
  private final OveruseDetector detector = new OveruseDetector();
  private final QueueDelay queue = new QueueDelay();

  /** Sends a packet every 10 ms; says at which the line was found overused first, or -1. */
  private int firstOveruse(int packets, LongUnaryOperator delay) {
    for (int i = 0; i < packets; i++) {
      long sent = 10L * i * MS;
      long arrival = sent + delay.applyAsLong(i);
      queue.add(arrival - sent, arrival);
      if (groups.add(sent, arrival)) {
        trend.add(groups.sendDelta(), groups.arrivalDelta(), groups.arrival());
        detector.update(trend.value(), groups.arrival(), queue.stands());
      }
      if (detector.use() == LineUse.OVERUSE) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void packetsThatLeaveTogetherAreOneGroup() {
    assertThat(groups.add(0, 50 * MS)).isFalse();
    assertThat(groups.add(2 * MS, 53 * MS)).isFalse();
    assertThat(groups.add(20 * MS, 75 * MS)).isFalse();
    assertThat(groups.add(40 * MS, 99 * MS)).isTrue();
    assertThat(groups.sendDelta()).isEqualTo(18 * MS);
    assertThat(groups.arrivalDelta()).isEqualTo(22 * MS);
    assertThat(groups.arrival()).isEqualTo(75 * MS);
  }

  @Test
  void whatAStalledLineLetsGoAtOnceIsOneGroup() {
    groups.add(0, 50 * MS);
    groups.add(10 * MS, 60 * MS);
    // Held up until 120 ms, then 1 ms apart.
    for (int i = 2; i < 8; i++) {
      assertThat(groups.add(10L * i * MS, (118L + i) * MS)).as("packet %d", i).isEqualTo(i == 2);
    }
    assertThat(groups.add(100 * MS, 150 * MS)).isTrue();
    assertThat(groups.sendDelta()).isEqualTo(60 * MS);
    assertThat(groups.arrivalDelta()).isEqualTo(65 * MS);
  }

  @Test
  void theSlopeIsMillisecondsPerMillisecond() {
    for (int i = 0; i < 200; i++) {
      trend.add(10 * MS, 11 * MS, 11L * i * MS);
    }
    assertThat(trend.slope()).isBetween(0.08, 0.1);
  }

  @Test
  void aSteadyDelayIsNormal() {
    assertThat(firstOveruse(3_000, i -> 40 * MS)).isEqualTo(-1);
    assertThat(queue.standingNanos()).isZero();
  }

  @Test
  void aQueueThatGrowsIsFoundWithinHalfASecond() {
    assertThat(firstOveruse(1_000, i -> (40 + Math.max(0, i - 500) * 2) * MS)).isBetween(500, 550);
  }

  @Test
  void aQueueThatShrinksIsUnderuse() {
    firstOveruse(100, i -> (140 - i) * MS);
    assertThat(detector.use()).isEqualTo(LineUse.UNDERUSE);
  }

  @Test
  void jitterIsNoQueue() {
    SplittableRandom random = new SplittableRandom(7);
    assertThat(firstOveruse(6_000, i -> (40 + random.nextInt(100)) * MS)).isEqualTo(-1);
    assertThat(queue.spreadNanos()).isBetween(30 * MS, 60 * MS);
    assertThat(queue.standingNanos()).isLessThan(30 * MS);
  }

  @Test
  void theThresholdAdaptsToTheTrendsThatAreUsual() {
    long now = 0;
    for (int i = 0; i < 500; i++) {
      now += 20 * MS;
      detector.update((i & 1) == 0 ? 20 : -20, now, false);
    }
    assertThat(detector.threshold()).isBetween(15.0, 21.0);
    for (int i = 0; i < 500; i++) {
      now += 20 * MS;
      detector.update(0, now, false);
    }
    assertThat(detector.threshold()).isEqualTo(6);
  }

  @Test
  void aLongerWayBecomesUsualAfterAWhile() {
    for (int i = 0; i < 5_000; i++) {
      queue.add((i < 100 ? 40L : 90L) * MS, 10L * i * MS);
    }
    assertThat(queue.standingNanos()).isZero();
    queue.add(60 * MS, 50_000 * MS);
    queue.rebase();
    assertThat(queue.standingNanos()).isZero();
  }
}
