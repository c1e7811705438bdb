package org.consultrelay.load.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The line in virtual time. Packets are their numbers. */
class ImpairedQueueTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private record Arrival(int packet, long at) {}

  private ImpairedQueue<Integer> queue = new ImpairedQueue<>(1);
  private final List<Arrival> arrivals = new ArrayList<>();

  private void set(Impairment impairment) {
    queue.set(impairment, 0);
  }

  /** Offers so many at equal distances from zero on, and takes what arrives, to the end. */
  private void send(int packets, int bytes, long apart) {
    for (int i = 0; i < packets; i++) {
      takeUntil(i * apart);
      queue.offer(i, bytes, i * apart);
    }
    takeUntil(Long.MAX_VALUE);
  }

  /** Takes what arrives until then, each packet exactly when it does. */
  private void takeUntil(long end) {
    long next = queue.nextNanos();
    while (next != ImpairedQueue.NEVER && next <= end) {
      Integer packet = queue.poll(next);
      while (packet != null) {
        arrivals.add(new Arrival(packet, next));
        packet = queue.poll(next);
      }
      next = queue.nextNanos();
    }
  }

  private List<Integer> packets() {
    return arrivals.stream().map(Arrival::packet).toList();
  }

  private static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  @Test
  void aPerfectLineDoesNothing() {
    send(100, 1000, MS);
    assertThat(packets()).isEqualTo(numbers(100));
    assertThat(arrivals).allSatisfy(a -> assertThat(a.at).isEqualTo(a.packet * MS));
  }

  @Test
  void delayIsExact() {
    set(Impairment.NONE.withDelay(100));
    send(100, 1000, MS);
    assertThat(packets()).isEqualTo(numbers(100));
    assertThat(arrivals).allSatisfy(a -> assertThat(a.at).isEqualTo((a.packet + 100) * MS));
  }

  @Test
  void rateIsExact() {
    set(Impairment.NONE.withRate(3_000_000).withQueueMillis(0));
    // 1250 bytes at 3 Mbit/s take 3 1/3 ms, which is no whole number of nanoseconds.
    send(3_000, 1250, MS / 10);
    assertThat(packets()).isEqualTo(numbers(3_000));
    assertThat(arrivals)
        .allSatisfy(a ->
            assertThat(a.at)
                .isBetween((a.packet + 1) * (10 * MS) / 3, (a.packet + 1) * (10 * MS) / 3 + 1));
  }

  @Test
  void anIdleLineSavesNothingUp() {
    set(Impairment.NONE.withRate(1_000_000));
    queue.offer(0, 125, 0);
    takeUntil(10 * SECOND);
    queue.offer(1, 125, 10 * SECOND);
    queue.offer(2, 125, 10 * SECOND);
    takeUntil(Long.MAX_VALUE);
    assertThat(arrivals)
        .containsExactly(
            new Arrival(0, MS),
            new Arrival(1, 10 * SECOND + MS),
            new Arrival(2, 10 * SECOND + 2 * MS));
  }

  @Test
  void whoLooksLateChangesNoOthersTime() {
    set(Impairment.NONE.withRate(1_000_000).withDelay(5));
    queue.offer(0, 125, 0);
    queue.offer(1, 125, 0);
    queue.offer(2, 1250, 0);
    // Nobody looked for 4 ms.
    assertThat(queue.poll(4 * MS)).isNull();
    assertThat(queue.nextNanos()).isEqualTo(6 * MS);
    assertThat(queue.poll(10 * MS)).isZero();
    assertThat(queue.poll(10 * MS)).isEqualTo(1);
    assertThat(queue.poll(10 * MS)).isNull();
    takeUntil(Long.MAX_VALUE);
    assertThat(arrivals).containsExactly(new Arrival(2, 17 * MS));
  }

  @Test
  void aNewRateHoldsForWhatIsLeft() {
    set(Impairment.NONE.withRate(1_000_000));
    // Two packets of 10 ms each.
    queue.offer(0, 1250, 0);
    queue.offer(1, 1250, 0);
    // Half of the first is sent, the rest goes at twice the rate.
    queue.set(Impairment.NONE.withRate(2_000_000), 5 * MS);
    takeUntil(Long.MAX_VALUE);
    assertThat(arrivals).containsExactly(new Arrival(0, 7_500_000), new Arrival(1, 12_500_000));
  }

  @Test
  void withoutALimitOfRateWhatWaitsGoesAtOnce() {
    set(Impairment.NONE.withRate(100).withQueueMillis(0));
    queue.offer(0, 1250, 0);
    queue.offer(1, 1250, 0);
    queue.set(Impairment.NONE.withDelay(1), 5 * MS);
    takeUntil(Long.MAX_VALUE);
    assertThat(arrivals).containsExactly(new Arrival(0, 6 * MS), new Arrival(1, 6 * MS));
  }

  @Test
  void theQueueHoldsSoManyBytes() {
    set(Impairment.NONE.withRate(1_000_000).withQueueBytes(3_000));
    for (int i = 0; i < 5; i++) {
      queue.offer(i, 1_000, 0);
    }
    assertThat(queue.counts(0).lostToQueue()).isEqualTo(2);
    assertThat(queue.counts(0).underWay()).isEqualTo(3);
    // The first is sent after 8 ms: room for one more.
    queue.offer(5, 1_000, 8 * MS - 1);
    queue.offer(6, 1_000, 8 * MS);
    queue.offer(7, 1_000, 8 * MS);
    takeUntil(Long.MAX_VALUE);
    assertThat(packets()).containsExactly(0, 1, 2, 6);
    assertThat(queue.counts(SECOND).lostToQueue()).isEqualTo(4);
  }

  @Test
  void aPacketLargerThanTheQueuePassesAnEmptyLine() {
    set(Impairment.NONE.withRate(1_000_000).withQueueBytes(500));
    queue.offer(0, 1_000, 0);
    takeUntil(Long.MAX_VALUE);
    assertThat(packets()).containsExactly(0);
  }

  @Test
  void theQueueHoldsSoManyMilliseconds() {
    set(Impairment.NONE.withRate(1_000_000).withQueueMillis(20));
    // 8 ms each: the fourth would wait 24 ms.
    for (int i = 0; i < 4; i++) {
      queue.offer(i, 1_000, 0);
    }
    assertThat(queue.counts(0).backlogNanos()).isEqualTo(24 * MS);
    assertThat(queue.counts(0).lostToQueue()).isEqualTo(1);
    takeUntil(Long.MAX_VALUE);
    assertThat(packets()).containsExactly(0, 1, 2);
    LineCounts counts = queue.counts(SECOND);
    assertThat(counts.queueMillis()).isEqualTo((8 + 16 + 24) / 3.0);
    assertThat(counts.backlogNanos()).isZero();
  }

  @Test
  void aFloodGetsTheRateAndTheQueuesDelay() {
    set(Impairment.NONE.withRate(1_000_000).withQueueMillis(200));
    // Ten times the rate for ten seconds.
    send(10_000, 1_250, MS);
    assertThat(arrivals.size()).isBetween(1_019, 1_022);
    // A wait of 200 ms at most, and its own 10.
    assertThat(arrivals)
        .allSatisfy(a -> assertThat(a.at - a.packet * MS).isBetween(10 * MS, 211 * MS));
    LineCounts counts = queue.counts(20 * SECOND);
    assertThat(counts.lostToQueue()).isEqualTo(10_000 - arrivals.size());
    assertThat(counts.in()).isEqualTo(10_000);
    assertThat(counts.delivered()).isEqualTo(arrivals.size());
    assertThat(counts.bytesDelivered()).isEqualTo(arrivals.size() * 1_250L);
  }

  @Test
  void losesTheShare() {
    set(Impairment.NONE.withLoss(5));
    send(100_000, 100, MS);
    // Seven standard deviations are 483.
    LineCounts counts = queue.counts(200 * SECOND);
    assertThat(counts.lostAlone()).isBetween(4_517L, 5_483L);
    assertThat(arrivals.size() + counts.lostAlone()).isEqualTo(100_000);
    assertThat(counts.lostInBursts() + counts.lostToQueue()).isZero();
    assertThat(packets()).isSorted();
  }

  @Test
  void aLineThatIsCutLosesWhatWaitsAndNotWhatTravels() {
    set(Impairment.NONE.withRate(1_000_000).withDelay(100));
    queue.offer(0, 125, 0);
    queue.offer(1, 125, 0);
    queue.set(queue.impairment().withLoss(100), MS);
    queue.offer(2, 125, 2 * MS);
    queue.set(queue.impairment().withLoss(0), 50 * MS);
    queue.offer(3, 125, 50 * MS);
    takeUntil(Long.MAX_VALUE);
    assertThat(packets()).containsExactly(0, 3);
  }

  @Test
  void burstsHaveTheirLengths() {
    set(Impairment.NONE.withBurst(new Burst(45, 5)));
    int packets = 200_000;
    send(packets, 100, MS);
    List<Integer> bad = new ArrayList<>();
    List<Integer> good = new ArrayList<>();
    HashSet<Integer> arrived = new HashSet<>(packets());
    int length = 0;
    boolean was = true;
    for (int i = 0; i < packets; i++) {
      boolean here = arrived.contains(i);
      if (here != was) {
        (was ? good : bad).add(length);
        length = 0;
        was = here;
      }
      length++;
    }
    assertThat(queue.counts(packets * MS).lostInBursts())
        .isEqualTo(packets - arrived.size())
        .isCloseTo((long) (packets * 0.1), within(2_000L));
    assertThat(mean(bad)).isCloseTo(5, within(0.5));
    assertThat(mean(good)).isCloseTo(45, within(4.5));
    // Geometric: a fifth of bursts are of one packet, 0.8 to the 10th, a tenth, longer than ten.
    assertThat(share(bad, 1, 1)).isCloseTo(0.2, within(0.04));
    assertThat(share(bad, 11, Integer.MAX_VALUE)).isCloseTo(0.107, within(0.03));
  }

  @Test
  void lossAndBurstsAdd() {
    set(Impairment.NONE.withLoss(2).withBurst(new Burst(45, 5)));
    send(100_000, 100, MS);
    LineCounts counts = queue.counts(200 * SECOND);
    assertThat(counts.lostInBursts()).isCloseTo(10_000L, within(1_500L));
    assertThat(counts.lostAlone()).isCloseTo(1_800L, within(350L));
  }

  @Test
  void jitterKeepsTheOrder() {
    set(Impairment.NONE.withDelay(50).withJitter(30, false));
    send(10_000, 100, MS);
    assertThat(packets()).isEqualTo(numbers(10_000));
    assertThat(arrivals)
        .allSatisfy(a -> assertThat(a.at - a.packet * MS).isBetween(50 * MS, 80 * MS));
    assertThat(arrivals.stream().map(a -> a.at - a.packet * MS).distinct().count())
        .isGreaterThan(1_000);
  }

  @Test
  void jitterOfPacketsFarApartIsUniform() {
    set(Impairment.NONE.withDelay(50).withJitter(30, false));
    send(10_000, 100, 40 * MS);
    List<Integer> tenths =
        arrivals.stream()
            .map(a -> (int) ((a.at - a.packet * (40 * MS) - 50 * MS) / (3 * MS)))
            .toList();
    for (int i = 0; i < 10; i++) {
      assertThat(share(tenths, i, i)).isCloseTo(0.1, within(0.021));
    }
  }

  @Test
  void jitterThatReorders() {
    set(Impairment.NONE.withDelay(50).withJitter(30, true));
    send(10_000, 100, MS);
    assertThat(packets()).hasSize(10_000).doesNotHaveDuplicates();
    int overtaken = 0;
    for (int i = 1; i < arrivals.size(); i++) {
      overtaken += arrivals.get(i).packet < arrivals.get(i - 1).packet ? 1 : 0;
    }
    assertThat(overtaken).isGreaterThan(2_000);
    assertThat(arrivals)
        .allSatisfy(a -> assertThat(a.at - a.packet * MS).isBetween(50 * MS, 80 * MS));
  }

  @Test
  void aShorterDelayDoesNotReorder() {
    set(Impairment.NONE.withDelay(100));
    queue.offer(0, 100, 0);
    queue.set(Impairment.NONE.withDelay(10), MS);
    queue.offer(1, 100, MS);
    queue.offer(2, 100, 95 * MS);
    takeUntil(Long.MAX_VALUE);
    assertThat(arrivals)
        .containsExactly(
            new Arrival(0, 100 * MS), new Arrival(1, 100 * MS), new Arrival(2, 105 * MS));
  }

  @Test
  void theNextPacketOvertakes() {
    set(Impairment.NONE.withDelay(20).withReorder(10));
    send(10_000, 100, 20 * MS);
    assertThat(packets()).hasSize(10_000).doesNotHaveDuplicates();
    long late = 0;
    for (int i = 0; i < arrivals.size(); i++) {
      int behind = i - arrivals.get(i).packet;
      // One place back for the packet, or one place forth for the next.
      assertThat(behind).isBetween(-1, 1);
      late += behind == 1 ? 1 : 0;
    }
    assertThat(late).isEqualTo(queue.counts(SECOND * 300).reordered()).isBetween(700L, 1_200L);
  }

  @Test
  void aPacketThatNoneOvertakesComesAllTheSame() {
    set(Impairment.NONE.withDelay(20).withReorder(100));
    queue.offer(0, 100, 0);
    takeUntil(Long.MAX_VALUE);
    assertThat(arrivals).containsExactly(new Arrival(0, 20 * MS + ImpairedQueue.OVERTAKE_NANOS));
    assertThat(queue.counts(SECOND).reordered()).isZero();
    assertThat(queue.counts(SECOND).underWay()).isZero();
  }

  @Test
  void someComeTwice() {
    set(Impairment.NONE.withDuplicate(10));
    send(10_000, 100, MS);
    LineCounts counts = queue.counts(20 * SECOND);
    assertThat(counts.duplicated()).isBetween(790L, 1_210L);
    assertThat(arrivals).hasSize((int) (10_000 + counts.duplicated()));
    assertThat(new HashSet<>(packets())).hasSize(10_000);
  }

  @Test
  void oneSeedOneLine() {
    List<Arrival> first = fate(7);
    assertThat(fate(7)).isEqualTo(first);
    assertThat(fate(8)).isNotEqualTo(first);
  }

  private List<Arrival> fate(long seed) {
    queue = new ImpairedQueue<>(seed);
    arrivals.clear();
    set(
        Impairment.NONE
            .withRate(1_000_000)
            .withLoss(3)
            .withBurst(new Burst(50, 3))
            .withDelay(20)
            .withJitter(15, true)
            .withReorder(2)
            .withDuplicate(1));
    send(2_000, 150, MS);
    return List.copyOf(arrivals);
  }

  @Test
  void everyPacketIsAccountedFor() {
    fate(3);
    LineCounts counts = queue.counts(20 * SECOND);
    assertThat(counts.in()).isEqualTo(2_000);
    assertThat(counts.underWay()).isZero();
    assertThat(counts.in() + counts.duplicated() - counts.lost()).isEqualTo(counts.delivered());
    assertThat(counts.delivered()).isEqualTo(arrivals.size());
    assertThat(counts.lostToQueue()).isPositive();
    assertThat(counts.lostInBursts()).isPositive();
    assertThat(counts.lostAlone()).isPositive();
    assertThat(counts.since(counts).in()).isZero();
  }

  @Test
  void timesMayBeOfAnyOrigin() {
    long origin = Long.MAX_VALUE - 5 * MS;
    queue.set(Impairment.NONE.withRate(1_000_000).withDelay(20), origin);
    queue.offer(0, 125, origin);
    queue.offer(1, 125, origin);
    assertThat(queue.poll(origin + 20 * MS)).isNull();
    assertThat(queue.poll(origin + 21 * MS)).isZero();
    assertThat(queue.poll(origin + 21 * MS)).isNull();
    assertThat(queue.poll(origin + 22 * MS)).isEqualTo(1);
  }

  private static double mean(List<Integer> lengths) {
    return lengths.stream().mapToInt(Integer::intValue).average().orElse(0);
  }

  private static double share(List<Integer> lengths, int from, int to) {
    return (double) lengths.stream().filter(l -> l >= from && l <= to).count() / lengths.size();
  }
}
