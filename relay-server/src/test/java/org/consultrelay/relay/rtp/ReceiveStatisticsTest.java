package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReceiveStatisticsTest {
  private static final long MS = 1_000_000;

  private final ReceiveStatistics statistics = new ReceiveStatistics(48_000);

  private void packet(int sequence, int timestamp, long nanos) {
    statistics.received(statistics.extend(sequence), timestamp, 100, nanos);
  }

  @Test
  void countsLossSinceTheLastReportAndInAll() {
    packet(65_534, 0, 0);
    packet(65_535, 960, 20 * MS);
    packet(1, 2_880, 60 * MS);
    packet(2, 3_840, 80 * MS);
    statistics.takeReport();
    assertThat(statistics.expected()).isEqualTo(5);
    assertThat(statistics.cumulativeLost()).isEqualTo(1);
    assertThat(statistics.fractionLost()).isEqualTo(256 / 5);
    assertThat(statistics.highestSequence()).isEqualTo(65_538);
    assertThat(statistics.bytes()).isEqualTo(400);
    packet(0, 1_920, 90 * MS);
    packet(3, 4_800, 100 * MS);
    statistics.takeReport();
    assertThat(statistics.cumulativeLost()).isZero();
    assertThat(statistics.fractionLost()).isZero();
    statistics.takeReport();
    assertThat(statistics.fractionLost()).isZero();
  }

  @Test
  void duplicatesMakeTheLossNegative() {
    for (int i = 0; i < 3; i++) {
      packet(7, 0, 0);
    }
    statistics.takeReport();
    assertThat(statistics.cumulativeLost()).isEqualTo(-2);
    assertThat(statistics.fractionLost()).isZero();
  }

  @Test
  void nothingCameNothingIsLost() {
    statistics.takeReport();
    assertThat(statistics.started()).isFalse();
    assertThat(statistics.expected()).isZero();
    assertThat(statistics.cumulativeLost()).isZero();
    assertThat(statistics.fractionLost()).isZero();
    assertThat(statistics.delaySinceLastSenderReport(5)).isZero();
  }

  @Test
  void nearlyAllLostIsTheGreatestFraction() {
    packet(0, 0, 0);
    statistics.takeReport();
    packet(2_999, 0, 0);
    statistics.takeReport();
    assertThat(statistics.fractionLost()).isEqualTo(255);
    assertThat(statistics.cumulativeLost()).isEqualTo(2_998);
  }

  @Test
  void aLongJumpIsANewCountAndNotLoss() {
    packet(100, 0, 0);
    packet(101, 0, 0);
    packet(103, 0, 0);
    packet(103 + 3_001, 0, 0);
    packet(103 + 3_002, 0, 0);
    statistics.takeReport();
    assertThat(statistics.cumulativeLost()).isEqualTo(1);
    assertThat(statistics.highestSequence()).isEqualTo(3_105);
  }

  @Test
  void theLossIsClampedToTwentyFourBits() {
    long number = 0;
    for (int i = 0; i < 3_000; i++, number += 3_000) {
      statistics.received(number, 0, 0, 0);
    }
    statistics.takeReport();
    assertThat(statistics.cumulativeLost()).isEqualTo(0x7F_FFFF);
  }

  /** Against the formula of RFC 3550 §6.4.1 in floating point. */
  @Test
  void jitterFollowsTheFormula() {
    Packets.seeds(
        200,
        random -> {
          int clock = random.nextBoolean() ? 90_000 : 48_000;
          ReceiveStatistics some = new ReceiveStatistics(clock);
          long start = random.nextLong(-1L << 60, 1L << 60);
          int timestamp = random.nextInt();
          double expected = 0;
          double before = 0;
          long sent = 0;
          for (int i = 0; i < 300; i++) {
            long transit = 10 * MS + random.nextLong(30 * MS);
            some.received(i, timestamp, 0, start + sent + transit);
            if (i > 0) {
              double difference = Math.abs(transit - before) * clock / 1e9;
              expected += (difference - expected) / 16;
            }
            before = transit;
            sent += 1_000 * MS / 50;
            timestamp += clock / 50;
          }
          assertThat((double) some.jitter()).isBetween(expected - 2, expected + 2);
        });
  }

  @Test
  void packetsOfOneFrameAndClocksThatJumpAreNoJitter() {
    packet(1, 0, 0);
    for (int i = 2; i < 20; i++) {
      packet(i, 0, i * MS);
    }
    assertThat(statistics.jitter()).isZero();
    packet(20, 500_000_000, 20 * MS);
    assertThat(statistics.jitter()).isZero();
    packet(21, 500_000_960, 40 * MS);
    assertThat(statistics.jitter()).isZero();
    packet(22, 500_001_920, 70 * MS);
    assertThat(statistics.jitter()).isEqualTo(480 / 16);
  }

  @Test
  void senderReportsAreEchoed() {
    long ntp = 0xdd3ac1b476547171L;
    statistics.senderReport(ntp, 1_000 * MS);
    assertThat(statistics.lastSenderReport()).isEqualTo(0xc1b47654);
    assertThat(statistics.delaySinceLastSenderReport(1_500 * MS)).isEqualTo(32_768);
  }

  /** Against sets, over a line that loses and reorders. */
  @Test
  void countsAsSetsDo() {
    Packets.seeds(
        200,
        random -> {
          ReceiveStatistics some = new ReceiveStatistics(90_000);
          Set<Long> came = new HashSet<>();
          long first = random.nextInt(65_536);
          long highest = first;
          for (int i = 0; i < 2_000; i++) {
            long number = i == 0 ? first : Math.max(first, first + i - random.nextInt(30));
            if (i > 0 && (random.nextInt(10) == 0 || !came.add(number))) {
              continue;
            }
            came.add(number);
            highest = Math.max(highest, number);
            assertThat(some.extend(SequenceNumbers.wire(number))).isEqualTo(number);
            some.received(number, i, 1, i * MS);
          }
          some.takeReport();
          assertThat(some.highestSequence()).isEqualTo(highest);
          assertThat(some.expected()).isEqualTo(highest - first + 1);
          assertThat(some.cumulativeLost()).isEqualTo((int) (highest - first + 1 - came.size()));
        });
  }
}
