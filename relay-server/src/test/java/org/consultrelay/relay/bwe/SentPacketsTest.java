package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentPacketsTest {
  /** Times are kept in units of that many nanoseconds. */
  private static final long UNIT = 256;

  private final SentPackets packets = new SentPackets();

  @Test
  void aPacketIsFoundByItsNumberAcrossTheWrap() {
    packets.sent(65_535, 1_000, 10 * UNIT, 0);
    packets.sent(65_536, 1_200, 20 * UNIT, 3);
    int slot = packets.find(0);
    assertThat(packets.sentNanos(slot)).isEqualTo(20 * UNIT);
    assertThat(packets.size(slot)).isEqualTo(1_200);
    assertThat(packets.cluster(slot)).isEqualTo(3);
    assertThat(packets.sentNanos(packets.find(65_535))).isEqualTo(10 * UNIT);
    assertThat(packets.find(1)).isEqualTo(SentPackets.NONE);
    assertThat(packets.find(65_534)).isEqualTo(SentPackets.NONE);
  }

  @Test
  void nothingIsFoundBeforeTheFirst() {
    assertThat(packets.find(0)).isEqualTo(SentPackets.NONE);
  }

  @Test
  void numbersLeftOutWereNeverSent() {
    packets.sent(10, 1_000, 1, 0);
    packets.sent(13, 1_000, 2, 0);
    assertThat(packets.find(11)).isEqualTo(SentPackets.NONE);
    packets.sent(12, 1_000, 3, 0);
    assertThat(packets.find(12)).isEqualTo(SentPackets.NONE);
    assertThat(packets.bytesInFlight()).isEqualTo(2_000);
  }

  @Test
  void whatBecameOfAPacketIsNewsOnce() {
    packets.sent(1, 700, 1, 0);
    int slot = packets.find(1);
    assertThat(packets.lose(slot, 1)).isTrue();
    assertThat(packets.lose(slot, 0)).isFalse();
    assertThat(packets.lostIn(slot)).isEqualTo(1);
    assertThat(packets.bytesInFlight()).isZero();
    assertThat(packets.acknowledge(slot)).isTrue();
    assertThat(packets.acknowledge(slot)).isFalse();
    assertThat(packets.lose(slot, 0)).isFalse();
    assertThat(packets.lostIn(slot)).isEqualTo(SentPackets.NONE);
    assertThat(packets.bytesInFlight()).isZero();
  }

  @Test
  void theOldestAreForgotten() {
    for (int i = 0; i <= SentPackets.CAPACITY; i++) {
      packets.sent(i, 100, i * UNIT, 0);
    }
    assertThat(packets.find(0)).isEqualTo(SentPackets.NONE);
    assertThat(packets.sentNanos(packets.find(1))).isEqualTo(UNIT);
    assertThat(packets.bytesInFlight()).isEqualTo(100L * SentPackets.CAPACITY);
    packets.sent(SentPackets.CAPACITY + 30_000, 50, 9, 0);
    assertThat(packets.find(SentPackets.CAPACITY)).isEqualTo(SentPackets.NONE);
    assertThat(packets.bytesInFlight()).isEqualTo(50);
  }

  @Test
  void largeSizesAreNotNegative() {
    packets.sent(1, 65_535, 1, 0);
    assertThat(packets.size(packets.find(1))).isEqualTo(65_535);
    assertThat(packets.bytesInFlight()).isEqualTo(65_535);
  }

  @Test
  void timesAreExactToTheirUnitWhereverTheClockBeginsAndComesRound() {
    for (long origin :
        new long[] {Long.MIN_VALUE, -1_000, 0, (1L << 46) - 700, Long.MAX_VALUE - 9_000}) {
      SentPackets some = new SentPackets();
      for (int i = 0; i < 8; i++) {
        some.sent(i, 100, origin + 1_000L * i, 127);
      }
      for (int i = 0; i < 8; i++) {
        assertThat(origin + 1_000L * i - some.sentNanos(some.find(i))).isBetween(0L, UNIT - 1);
        assertThat(some.cluster(some.find(i))).isEqualTo(127);
      }
    }
  }

  @Test
  void allBytesCountWhateverBecameOfThem() {
    packets.sent(1, 700, 1, 0);
    packets.acknowledge(packets.find(1));
    packets.sent(2, 300, 2, 0);
    assertThat(packets.bytes()).isEqualTo(1_000);
  }
}
