package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.consultrelay.relay.sctp.Reliability.MaxLifetime;
import org.consultrelay.relay.sctp.Reliability.MaxRetransmits;
import org.consultrelay.relay.sctp.Reliability.Reliable;
import org.junit.jupiter.api.Test;

/**
 * Channels of every reliability, both ways at once, over lines that lose up to 30 %, reorder and
 * double. {@code -Dconsultrelay.seed=17} runs one seed alone.
 */
class LossyLineTest {
  private static final int SEEDS = 400;

  private long lost;
  private long retransmitted;
  private long abandoned;
  private long fast;

  @Test
  void everythingArrivesAsItsChannelPromises() {
    Long only = Long.getLong("consultrelay.seed");
    long first = only == null ? 0 : only;
    long last = only == null ? SEEDS - 1 : only;
    Map<Long, Throwable> failures = new TreeMap<>();
    for (long seed = first; seed <= last; seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException e) {
        failures.put(seed, e);
      }
    }
    failures.forEach((seed, failure) -> {
      throw new AssertionError(
          "seed " + seed + " (-Dconsultrelay.seed=" + seed + ") of " + failures.keySet(), failure);
    });
    if (only == null) {
      // The test tested: what it is about has happened.
      assertThat(lost).isGreaterThan(1_000);
      assertThat(retransmitted).isGreaterThan(1_000);
      assertThat(abandoned).isGreaterThan(500);
      assertThat(fast).isGreaterThan(100);
    }
    System.out.println(
        "messages not delivered "
            + lost
            + ", chunks sent again "
            + retransmitted
            + ", messages abandoned "
            + abandoned
            + ", fast retransmissions "
            + fast);
  }

  /** A channel's messages on their way in one direction. */
  private static final class Flow {
    final DataChannel from;
    final Side to;
    final String label;
    final List<byte[]> sent = new ArrayList<>();

    Flow(DataChannel from, Side to, String label) {
      this.from = from;
      this.to = to;
      this.label = label;
    }
  }

  private void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedPair pair = new SimulatedPair(seed, Line.random(random));
    List<Flow> flows = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      Side opener = random.nextBoolean() ? pair.left : pair.right;
      opener.channels.open("channel " + i, "", reliability(random), pair.now);
    }
    pair.start();
    pair.await(() -> pair.left.opened.size() == count && pair.right.opened.size() == count);
    for (int i = 0; i < count; i++) {
      String label = "channel " + i;
      flows.add(new Flow(pair.left.channel(label), pair.right, label));
      flows.add(new Flow(pair.right.channel(label), pair.left, label));
    }
    for (int turn = 0; turn < 60; turn++) {
      pair.runUntil(pair.now + random.nextLong(40 * Line.MILLI));
      Flow flow = flows.get(random.nextInt(flows.size()));
      int burst = random.nextInt(8) == 0 ? 10 : 1;
      for (int i = 0; i < burst; i++) {
        send(flow, pair, random);
      }
    }
    pair.await(
        () -> pair.left.channels.bufferedBytes() == 0 && pair.right.channels.bufferedBytes() == 0);
    pair.run(3); // what was given up, and what is on its way twice
    for (Flow flow : flows) {
      check(flow, pair.line);
    }
    assertThat(pair.left.failure).isNull();
    assertThat(pair.right.failure).isNull();
    for (Side side : List.of(pair.left, pair.right)) {
      retransmitted += side.counters.chunksRetransmitted;
      abandoned += side.counters.messagesAbandoned;
      fast += side.counters.fastRetransmissions;
      for (SctpDrop reason : SctpDrop.values()) {
        if (reason != SctpDrop.UNEXPECTED) {
          assertThat(side.counters.drops(reason)).as("%s", reason).isZero();
        }
      }
      if (pair.line.loss() == 0 && pair.line.reordered() == 0) {
        assertThat(side.counters.chunksRetransmitted).as("nothing was lost").isZero();
      }
    }
  }

  private static Reliability reliability(SplittableRandom random) {
    return new Reliability(
        random.nextBoolean(),
        switch (random.nextInt(4)) {
          case 0, 1 -> new Reliable();
          case 2 -> new MaxRetransmits(random.nextInt(3));
          default -> new MaxLifetime(random.nextInt(1_000));
        });
  }

  private static void send(Flow flow, SimulatedPair pair, SplittableRandom random) {
    int length =
        switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> 2 + random.nextInt(60_000);
          case 2, 3 -> 2 + random.nextInt(4_000);
          default -> 2 + random.nextInt(300);
        };
    byte[] payload = new byte[length];
    random.nextBytes(payload);
    if (length > 0) {
      // Every message is one of its kind.
      payload[0] = (byte) (flow.sent.size() >> 8);
      payload[1] = (byte) flow.sent.size();
    }
    assertThat(flow.from.send(length % 2 == 0, payload, pair.now)).isEqualTo(Sending.ACCEPTED);
    flow.sent.add(payload);
  }

  private void check(Flow flow, Line line) {
    Reliability reliability = flow.from.reliability();
    List<Side.Message> received = flow.to.messages(flow.label);
    assertThat(flow.to.channel(flow.label).reliability()).isEqualTo(reliability);
    Set<Integer> seen = new HashSet<>();
    int latest = -1;
    for (Side.Message message : received) {
      int which = -1;
      for (int i = reliability.ordered() ? latest + 1 : 0; i < flow.sent.size(); i++) {
        if (Arrays.equals(flow.sent.get(i), message.payload())
            && (message.payload().length == 0 ? !seen.contains(i) : true)) {
          which = i;
          break;
        }
      }
      assertThat(which).as("a message that was sent, in its order").isNotNegative();
      assertThat(seen.add(which)).as("came once").isTrue();
      assertThat(message.binary()).isEqualTo(message.payload().length % 2 == 0);
      latest = which;
    }
    lost += flow.sent.size() - received.size();
    boolean sure =
        reliability.delivery() instanceof Reliable
            || (line.loss() == 0
                && reliability.delivery() instanceof MaxRetransmits(long n)
                && n > 1);
    if (sure) {
      assertThat(received).as("all of %s", reliability).hasSize(flow.sent.size());
    }
  }
}
