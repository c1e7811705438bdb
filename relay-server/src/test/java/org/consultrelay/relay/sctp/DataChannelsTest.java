package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataChannelsTest {
  private static final SctpLimits SMALL = new SctpLimits(20_000, 100_000, 10_000, 4, 20, 20);

  private static SimulatedPair connected() {
    return SimulatedPair.connected(1, Line.CLEAN);
  }

  private static DataChannel open(SimulatedPair pair, String label, Reliability reliability) {
    DataChannel channel = pair.left.channels.open(label, "", reliability, pair.now);
    pair.await(channel::isOpen);
    return channel;
  }

  @Test
  void bothSidesSeeTheSameChannel() {
    SimulatedPair pair = connected();
    Reliability reliability = new Reliability(false, new Reliability.MaxLifetime(250));
    DataChannel ours = pair.left.channels.open("label", "chat/1", reliability, pair.now);
    assertThat(ours.isOpen()).isFalse();
    assertThat(ours.send(true, new byte[1], pair.now)).isEqualTo(Sending.NOT_OPEN);
    pair.await(ours::isOpen);
    DataChannel theirs = pair.right.channel("label");
    assertThat(theirs.streamId()).isEqualTo(ours.streamId()).isEqualTo(0);
    assertThat(theirs.protocol()).isEqualTo("chat/1");
    assertThat(theirs.reliability()).isEqualTo(reliability);
    assertThat(pair.left.opened).containsExactly(ours);
  }

  @Test
  void numbersAreEvenForTheOneAndOddForTheOther() {
    SimulatedPair pair = connected();
    for (int i = 0; i < 3; i++) {
      assertThat(pair.left.channels.open("l" + i, "", Reliability.LOSSY, pair.now).streamId())
          .isEqualTo(2 * i);
      assertThat(pair.right.channels.open("r" + i, "", Reliability.LOSSY, pair.now).streamId())
          .isEqualTo(2 * i + 1);
    }
    pair.await(() -> pair.left.opened.size() == 6 && pair.right.opened.size() == 6);
  }

  @Test
  void channelsMayBeOpenedBeforeTheAssociationIsUp() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
    DataChannel early = pair.left.channels.open("early", "", Reliability.RELIABLE, pair.now);
    DataChannel dropped = pair.left.channels.open("dropped", "", Reliability.RELIABLE, pair.now);
    dropped.close(pair.now);
    assertThat(pair.left.closed).containsExactly(dropped);
    pair.start();
    pair.await(early::isOpen);
    pair.run(5);
    assertThat(pair.right.opened).hasSize(1);
  }

  @Test
  void textBinaryAndNothingAtAllArrive() {
    SimulatedPair pair = connected();
    DataChannel channel = open(pair, "x", Reliability.RELIABLE);
    byte[][] payloads = {"naïve".getBytes(StandardCharsets.UTF_8), {}, {0}, {}};
    for (int i = 0; i < payloads.length; i++) {
      assertThat(channel.send(i < 2, payloads[i], pair.now)).isEqualTo(Sending.ACCEPTED);
    }
    pair.run(1);
    List<Side.Message> came = pair.right.messages("x");
    assertThat(came).hasSize(4);
    for (int i = 0; i < payloads.length; i++) {
      assertThat(came.get(i).payload()).isEqualTo(payloads[i]);
      assertThat(came.get(i).binary()).isEqualTo(i < 2);
    }
  }

  @Test
  void whatIsTooLongOrTooMuchIsRefused() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN, SMALL, SMALL).start();
    DataChannel channel = open(pair, "x", Reliability.RELIABLE);
    pair.run(1);
    assertThat(channel.send(true, new byte[10_001], pair.now)).isEqualTo(Sending.TOO_LARGE);
    assertThat(channel.send(true, new byte[10_000], pair.now)).isEqualTo(Sending.ACCEPTED);
    assertThat(channel.send(true, new byte[9_000], pair.now)).isEqualTo(Sending.ACCEPTED);
    assertThat(channel.send(true, new byte[9_000], pair.now)).isEqualTo(Sending.BUFFER_FULL);
    assertThat(channel.bufferedBytes()).isEqualTo(19_000);
    assertThat(pair.left.channels.bufferedBytes()).isEqualTo(19_000);
    pair.await(() -> channel.bufferedBytes() == 0);
    assertThat(channel.send(true, new byte[9_000], pair.now)).isEqualTo(Sending.ACCEPTED);
    pair.run(5);
    assertThat(pair.right.messages("x")).hasSize(3);
    assertThat(pair.left.counters.refusals(Sending.TOO_LARGE)).isEqualTo(1);
    assertThat(pair.left.counters.refusals(Sending.BUFFER_FULL)).isEqualTo(1);
  }

  @Test
  void aMessageLongerThanAllowedIsDroppedAndTheNextOneComes() {
    // The left does not care what the right takes.
    SimulatedPair pair = SimulatedPair.unlimited(1, Line.CLEAN, SMALL);
    DataChannel channel = open(pair, "x", Reliability.RELIABLE);
    assertThat(channel.send(true, new byte[50_000], pair.now)).isEqualTo(Sending.ACCEPTED);
    assertThat(channel.send(true, new byte[] {42}, pair.now)).isEqualTo(Sending.ACCEPTED);
    pair.run(10);
    assertThat(pair.right.messages("x")).hasSize(1);
    assertThat(pair.right.messages("x").getFirst().payload()).containsExactly(42);
    assertThat(pair.right.counters.drops(SctpDrop.MESSAGE_LENGTH)).isEqualTo(1);
    assertThat(pair.right.failure).isNull();
  }

  @Test
  void eitherSideClosesAndTheNumberIsUsedAgain() {
    for (int seed = 0; seed < 100; seed++) {
      SimulatedPair pair =
          SimulatedPair.connected(seed, new Line(seed % 4 * 0.08, 0.05, 0.1, 20 * Line.MILLI));
      for (int round = 0; round < 4; round++) {
        String label = "round " + round;
        DataChannel ours = open(pair, label, Reliability.RELIABLE);
        assertThat(ours.streamId()).as("seed %s", seed).isZero();
        ours.send(true, new byte[5_000], pair.now);
        pair.await(() -> pair.right.opened.stream().anyMatch(c -> c.label().equals(label)));
        DataChannel theirs = pair.right.channel(label);
        theirs.send(true, new byte[300], pair.now);
        switch ((round + seed) % 3) {
          case 0 -> ours.close(pair.now);
          case 1 -> theirs.close(pair.now);
          default -> {
            ours.close(pair.now);
            theirs.close(pair.now);
          }
        }
        pair.await(() -> pair.left.closed.contains(ours) && pair.right.closed.contains(theirs));
        assertThat(ours.send(true, new byte[1], pair.now)).isEqualTo(Sending.NOT_OPEN);
        assertThat(ours.bufferedBytes()).isZero();
        ours.close(pair.now);
      }
      assertThat(pair.left.closed).as("seed %s", seed).hasSize(4);
      assertThat(pair.right.closed).as("seed %s", seed).hasSize(4);
    }
  }

  @Test
  void whatWasSentArrivesBeforeTheChannelCloses() {
    for (int seed = 0; seed < 40; seed++) {
      SimulatedPair pair = SimulatedPair.connected(seed, Line.lossy(seed % 4 * 0.08));
      DataChannel channel = open(pair, "x", Reliability.RELIABLE);
      for (int i = 0; i < 20; i++) {
        channel.send(true, new byte[3_000], pair.now);
      }
      channel.close(pair.now);
      pair.await(() -> !pair.left.closed.isEmpty());
      assertThat(pair.right.messages("x")).as("seed %s", seed).hasSize(20);
    }
  }

  @Test
  void aPeersChannelsAreLimited() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN, SctpLimits.DEFAULT, SMALL).start();
    List<DataChannel> channels = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      channels.add(pair.left.channels.open("c" + i, "", Reliability.RELIABLE, pair.now));
    }
    DataChannel longName =
        pair.left.channels.open("a label of many bytes", "", Reliability.RELIABLE, pair.now);
    pair.await(() -> pair.left.closed.size() == 3);
    assertThat(pair.right.opened).hasSize(4);
    assertThat(pair.left.closed)
        .containsExactlyInAnyOrder(channels.get(4), channels.get(5), longName);
    assertThat(pair.right.counters.drops(SctpDrop.CHANNEL_LIMIT)).isEqualTo(2);
    assertThat(pair.right.counters.drops(SctpDrop.OPEN)).isEqualTo(1);
    // There is room again once one is closed.
    channels.getFirst().close(pair.now);
    pair.await(() -> !pair.right.closed.isEmpty());
    open(pair, "again", Reliability.RELIABLE);
  }

  @Test
  void ourOwnMistakesAreExceptions() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN, SMALL, SMALL).start();
    assertThatThrownBy(() ->
            pair.left.channels.open("a label of many bytes", "", Reliability.RELIABLE, pair.now))
        .isInstanceOf(IllegalArgumentException.class);
    for (int i = 0; i < 4; i++) {
      pair.left.channels.open("c" + i, "", Reliability.RELIABLE, pair.now);
    }
    assertThatThrownBy(() -> pair.left.channels.open("fifth", "", Reliability.RELIABLE, pair.now))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void callbacksMayCallBack() {
    SimulatedPair pair = connected();
    // Everything is echoed, the third time the channel is closed, and another one opened.
    pair.right.onMessage =
        channel -> {
          byte[] last = pair.right.messages(channel).getLast().payload();
          assertThat(channel.send(true, last, pair.now)).isEqualTo(Sending.ACCEPTED);
          if (pair.right.messages(channel).size() == 3) {
            channel.close(pair.now);
            pair.right.channels.open("another", "", Reliability.LOSSY, pair.now);
          }
        };
    DataChannel channel = open(pair, "x", Reliability.RELIABLE);
    for (int i = 0; i < 3; i++) {
      channel.send(true, new byte[2_000], pair.now);
    }
    pair.await(() -> pair.left.closed.contains(channel));
    assertThat(pair.left.messages(channel)).hasSize(3);
    pair.await(() -> pair.left.opened.size() == 2);
  }

  @Test
  void aCallbackMayEndEverything() {
    SimulatedPair pair = connected();
    pair.right.onMessage = _ -> pair.right.channels.close(pair.now);
    DataChannel channel = open(pair, "x", Reliability.RELIABLE);
    for (int i = 0; i < 5; i++) {
      channel.send(true, new byte[100], pair.now);
    }
    pair.await(() -> pair.left.failure != null);
    assertThat(pair.left.failure).isEqualTo(SctpFailure.ABORTED_BY_PEER);
    assertThat(pair.right.messages("x")).hasSize(1);
    assertThat(pair.right.failure).as("its own doing").isNull();
    assertThat(pair.right.channel("x").isOpen()).isFalse();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.send(true, new byte[1], pair.now)).isEqualTo(Sending.NOT_OPEN);
    assertThat(pair.left.channels.open("late", "", Reliability.LOSSY, pair.now).isOpen()).isFalse();
  }

  @Test
  void aLongQueueOnOneChannelHoldsUpNoOther() {
    SimulatedPair pair = connected();
    DataChannel slow = open(pair, "slow", Reliability.RELIABLE);
    DataChannel quick = open(pair, "quick", Reliability.RELIABLE);
    for (int i = 0; i < 50; i++) {
      slow.send(true, new byte[15_000], pair.now);
    }
    quick.send(true, new byte[10], pair.now);
    pair.await(() -> pair.right.messages("quick").size() == 1);
    assertThat(pair.right.messages("slow").size()).isLessThan(5);
  }
}
