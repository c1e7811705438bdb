package org.consultrelay.relay.bwe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProbesTest {
  private static final long MS = 1_000_000;

  private final Probes probes = new Probes();

  /** Sends one train as it is due, over a line of that capacity, and says what was found. */
  private double train(double capacity, long start) {
    double found = 0;
    double free = 0;
    for (long now = start; now < start + 200 * MS; now += MS / 2) {
      while (probes.due(now) > 0) {
        int size = probes.packetBytes();
        int cluster = probes.cluster();
        probes.sent(size, now);
        free = Math.max(free, (double) now) + size * 8e9 / capacity;
        double rate = probes.received(cluster, size, now, (long) free + 30 * MS);
        found = rate > 0 ? rate : found;
      }
    }
    return found;
  }

  @Test
  void aLineThatCarriesTheTrainShowsItsRate() {
    probes.request(1_800_000, 0);
    assertThat(train(10_000_000, 0)).isCloseTo(1_800_000, within(300_000.0));
    assertThat(probes.resultRate()).isEqualTo(1_800_000);
    assertThat(probes.busy()).isFalse();
  }

  @Test
  void aLineThatDoesNotShowsItsOwn() {
    probes.request(4_000_000, 0);
    assertThat(train(1_000_000, 0)).isCloseTo(950_000, within(10_000.0));
  }

  @Test
  void trainsFollowOneAnother() {
    probes.request(900_000, 0);
    probes.request(1_800_000, 0);
    int first = probes.cluster();
    for (int i = 0; i < 100 && probes.cluster() == first; i++) {
      probes.sent(probes.packetBytes(), i * MS);
    }
    assertThat(probes.cluster()).isEqualTo(first + 1);
    assertThat(probes.due(100 * MS)).isPositive();
  }

  @Test
  void aTrainForWhichThereIsNothingToSendIsGivenUp() {
    probes.request(900_000, 0);
    assertThat(probes.deadline()).isZero();
    long now = 0;
    int turns = 0;
    while (probes.busy()) {
      now = probes.deadline();
      probes.onDeadline(now);
      turns++;
    }
    assertThat(now).isBetween(500 * MS, 510 * MS);
    assertThat(turns).isLessThan(300);
    assertThat(probes.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(probes.cluster()).isZero();
  }

  @Test
  void aBunchThatCameMuchFasterThanItLeftSaysNothing() {
    probes.request(900_000, 0);
    int cluster = probes.cluster();
    double found = 0;
    for (int i = 0; i < 6; i++) {
      found = Math.max(found, probes.received(cluster, 400, 3L * i * MS, 50 * MS + i * MS / 4));
    }
    assertThat(found).isZero();
  }
}
