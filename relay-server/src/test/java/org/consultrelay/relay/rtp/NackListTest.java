package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NackListTest {
  private static final long MS = 1_000_000;

  private final NackList list = new NackList();
  private final int[] out = new int[NackList.CAPACITY];

  private int[] collect(long now, long roundTrip) {
    return Arrays.copyOf(out, list.collect(now, roundTrip, out));
  }

  @Test
  void asksAfterAShortWaitAndThenOncePerRoundTrip() {
    list.received(65_534, 0);
    list.received(65_537, 10 * MS);
    assertThat(list.size()).isEqualTo(2);
    assertThat(list.deadline()).isEqualTo(15 * MS);
    assertThat(collect(14 * MS, 40 * MS)).isEmpty();
    assertThat(collect(15 * MS, 40 * MS)).containsExactly(65_535, 0);
    assertThat(list.deadline()).isEqualTo(65 * MS);
    assertThat(collect(64 * MS, 40 * MS)).isEmpty();
    assertThat(list.received(65_536, 64 * MS)).isTrue();
    assertThat(list.received(65_536, 64 * MS)).isFalse();
    assertThat(collect(65 * MS, 40 * MS)).containsExactly(65_535);
    assertThat(list.received(65_535, 70 * MS)).isTrue();
    assertThat(list.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(list.recovered()).isEqualTo(2);
    assertThat(list.requested()).isEqualTo(3);
    assertThat(list.takeKeyFrameNeeded()).isFalse();
  }

  @Test
  void aReorderedPacketIsNotAskedFor() {
    list.received(1, 0);
    list.received(3, MS);
    list.received(2, 3 * MS);
    assertThat(collect(1_000 * MS, -1)).isEmpty();
    assertThat(list.requested()).isZero();
  }

  @Test
  void givesUpAfterTenTries() {
    list.received(1, 0);
    list.received(3, 0);
    int asked = 0;
    while (list.size() > 0) {
      asked += collect(list.deadline(), MS).length;
    }
    assertThat(asked).isEqualTo(NackList.MAX_TRIES);
    assertThat(list.abandoned()).isEqualTo(1);
    assertThat(list.takeKeyFrameNeeded()).isTrue();
    assertThat(list.takeKeyFrameNeeded()).isFalse();
  }

  @Test
  void givesUpAfterASecond() {
    list.received(1, 0);
    list.received(3, 0);
    int asked = 0;
    long last = 0;
    while (list.size() > 0) {
      last = list.deadline();
      asked += collect(last, 10_000 * MS).length;
    }
    assertThat(asked).isEqualTo(3);
    assertThat(last).isBetween(1_000 * MS, 1_400 * MS);
    assertThat(list.takeKeyFrameNeeded()).isTrue();
  }

  @Test
  void aGapTooLongForTheListNeedsAKeyFrame() {
    list.received(1, 0);
    list.received(3, 0);
    list.received(3 + NackList.CAPACITY + 2, 0);
    assertThat(list.size()).isZero();
    assertThat(list.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(list.abandoned()).isEqualTo(1 + NackList.CAPACITY + 1);
    assertThat(list.takeKeyFrameNeeded()).isTrue();
  }

  @Test
  void whenFullTheOldestGo() {
    list.received(0, 0);
    list.received(NackList.CAPACITY + 1, 0);
    assertThat(list.size()).isEqualTo(NackList.CAPACITY);
    assertThat(list.takeKeyFrameNeeded()).isFalse();
    list.received(NackList.CAPACITY + 4, 0);
    assertThat(list.size()).isEqualTo(NackList.CAPACITY);
    assertThat(list.takeKeyFrameNeeded()).isTrue();
    int[] asked = collect(10 * MS, MS);
    assertThat(asked).hasSize(NackList.CAPACITY);
    assertThat(asked[0]).isEqualTo(3);
    assertThat(asked[NackList.CAPACITY - 1]).isEqualTo(NackList.CAPACITY + 3);
  }

  @Test
  void aKeyFrameMakesWhatWasBeforeItUnwanted() {
    list.received(0, 0);
    list.received(5, 0);
    list.keyFrame(3);
    assertThat(collect(10 * MS, MS)).containsExactly(3, 4);
    list.keyFrame(6);
    assertThat(list.size()).isZero();
    assertThat(list.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(list.abandoned()).isZero();
  }

  @Test
  void onlyAKeyFrameAfterWhatWasGivenUpHelps() {
    list.received(0, 0);
    list.received(NackList.CAPACITY + 2, 0);
    list.keyFrame(NackList.CAPACITY);
    assertThat(list.takeKeyFrameNeeded()).isTrue();
    list.received(2 * NackList.CAPACITY + 4, 0);
    list.keyFrame(2 * NackList.CAPACITY + 4);
    assertThat(list.takeKeyFrameNeeded()).isFalse();
  }

  @Test
  void whatDoesNotFitStaysDue() {
    list.received(0, 0);
    list.received(6, 0);
    int[] two = new int[2];
    assertThat(list.collect(5 * MS, MS, two)).isEqualTo(2);
    assertThat(two).containsExactly(1, 2);
    assertThat(list.deadline()).isEqualTo(5 * MS);
    assertThat(list.collect(5 * MS, MS, two)).isEqualTo(2);
    assertThat(two).containsExactly(3, 4);
  }

  @Test
  void startsAtTheFirstPacketAndIgnoresOlderOnes() {
    list.received(0, 0);
    assertThat(list.received(-1, 0)).isFalse();
    assertThat(list.received(1, 0)).isFalse();
    assertThat(list.size()).isZero();
  }

  private record Arrival(long at, long number) {}

  /**
   * A stream over a line that loses packets and retransmissions, in virtual time: nothing is asked
   * for that came, nothing too often or too soon, and in the end everything came or was given up.
   */
  @Test
  void overALossyLine() {
    long[] totals = new long[2];
    Packets.seeds(
        200,
        random -> {
          NackList lossy = new NackList();
          long roundTrip = (1 + random.nextInt(200)) * MS;
          double loss = random.nextDouble() * 0.4;
          PriorityQueue<Arrival> line = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
          for (int i = 0; i < 500; i++) {
            if (i == 0 || i == 499 || random.nextDouble() >= loss) {
              line.add(new Arrival(3 * MS * i + (i == 0 ? 0 : random.nextLong(7 * MS)), i));
            }
          }
          Set<Long> came = new HashSet<>();
          Map<Integer, Integer> tries = new HashMap<>();
          Map<Integer, Long> lastAsked = new HashMap<>();
          while (!line.isEmpty() || lossy.deadline() != Long.MAX_VALUE) {
            Arrival next = line.peek();
            if (next != null && next.at() <= lossy.deadline()) {
              line.remove();
              boolean wasMissing = lossy.received(next.number(), next.at());
              assertThat(wasMissing && came.contains(next.number())).isFalse();
              came.add(next.number());
              continue;
            }
            long now = lossy.deadline();
            int count = lossy.collect(now, roundTrip, out);
            for (int i = 0; i < count; i++) {
              int number = out[i];
              assertThat(came).doesNotContain((long) number);
              assertThat(tries.merge(number, 1, Integer::sum)).isLessThanOrEqualTo(10);
              Long before = lastAsked.put(number, now);
              if (before != null) {
                assertThat(now - before).isGreaterThanOrEqualTo(Math.max(20 * MS, roundTrip));
              }
              if (random.nextDouble() >= loss) {
                line.add(new Arrival(now + roundTrip, number));
              }
            }
          }
          assertThat(lossy.size()).isZero();
          long absent = 500L - came.size();
          assertThat(lossy.abandoned()).isGreaterThanOrEqualTo(absent);
          assertThat(lossy.takeKeyFrameNeeded()).isEqualTo(lossy.abandoned() > 0);
          totals[0] += lossy.recovered();
          totals[1] += lossy.abandoned();
        });
    assertThat(totals[0]).isGreaterThan(10_000);
    assertThat(totals[1]).isBetween(1L, totals[0] / 50);
  }
}
