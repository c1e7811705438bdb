package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class AssociationTest {
  private static SimulatedPair open(long seed, Line line, Reliability reliability) {
    return open(new SimulatedPair(seed, line).start(), reliability);
  }

  private static SimulatedPair open(SimulatedPair pair, Reliability reliability) {
    pair.left.channels.open("x", "", reliability, pair.now);
    pair.await(() -> pair.left.opened.size() == 1 && pair.right.opened.size() == 1);
    return pair;
  }

  private static byte[] numbered(int number, int length) {
    byte[] payload = new byte[length];
    Bytes.put32(MemorySegment.ofArray(payload), 0, number);
    return payload;
  }

  private static int number(Side.Message message) {
    return Bytes.i32(MemorySegment.ofArray(message.payload()), 0);
  }

  private static void toLeft(SimulatedPair pair, byte[] packet) {
    pair.left.channels.onPacket(MemorySegment.ofArray(packet), 0, packet.length, pair.now);
  }

  @Test
  void tsnsAndMessageNumbersWrap() {
    for (int seed = 0; seed < 30; seed++) {
      int before = seed;
      // Every number that is drawn, so also the first TSN, lies shortly before the wrap.
      SimulatedPair.Numbers late = random -> -1 - random.nextInt(before + 1) * 7;
      Line line = new Line(seed % 4 * 0.07, 0.05, 0.1, 5 * Line.MILLI);
      SimulatedPair pair =
          new SimulatedPair(seed, line, SctpLimits.DEFAULT, SctpLimits.DEFAULT, late).start();
      open(pair, new Reliability(seed % 3 != 0, new Reliability.Reliable()));
      for (int i = 0; i < 200; i++) {
        pair.left.channel("x").send(true, numbered(i, 900), pair.now);
        pair.right.channel("x").send(true, numbered(i, 3_000), pair.now);
        pair.run(0.005);
      }
      String which = "seed " + seed;
      pair.await(
          () -> pair.left.messages("x").size() == 200 && pair.right.messages("x").size() == 200);
      if (seed % 3 != 0) {
        assertThat(pair.left.messages("x").stream().map(AssociationTest::number))
            .as(which)
            .isSorted();
      }
      assertThat(pair.left.messages("x").stream().map(AssociationTest::number))
          .as(which)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void seventyThousandOrderedMessagesWrapTheStreamsNumbers() {
    Line line = new Line(0.01, 0.01, 0.02, Line.MILLI);
    SimulatedPair pair = open(3, line, Reliability.RELIABLE);
    List<Integer> came = new ArrayList<>();
    pair.right.onMessage =
        channel -> {
          came.add(number(pair.right.messages(channel).getLast()));
          pair.right.messages(channel).clear();
        };
    int sent = 0;
    while (sent < 70_000) {
      if (pair.left.channel("x").send(true, numbered(sent, 8), pair.now) == Sending.ACCEPTED) {
        sent++;
      } else {
        pair.run(0.05);
      }
    }
    pair.await(() -> came.size() == 70_000);
    assertThat(came).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void partlyReliableMessagesWrapTheStreamsNumbersToo() {
    SimulatedPair pair =
        open(4, Line.lossy(0.1), new Reliability(true, new Reliability.MaxRetransmits(0)));
    List<Integer> came = new ArrayList<>();
    pair.right.onMessage =
        channel -> {
          came.add(number(pair.right.messages(channel).getLast()));
          pair.right.messages(channel).clear();
        };
    int sent = 0;
    while (sent < 70_000) {
      for (int i = 0; i < 20; i++) {
        if (pair.left.channel("x").send(true, numbered(sent, 8), pair.now) == Sending.ACCEPTED) {
          sent++;
        }
      }
      pair.run(0.02);
    }
    pair.await(() -> pair.left.channels.bufferedBytes() == 0);
    pair.run(10);
    assertThat(came).isSorted().doesNotHaveDuplicates();
    assertThat(came.size()).isBetween(50_000, 69_999);
    pair.line = Line.CLEAN;
    pair.left.channel("x").send(true, numbered(99_999, 8), pair.now);
    pair.await(() -> came.getLast() == 99_999);
  }

  @Test
  void aPeerThatVanishesIsNoticedWhileWeSend() {
    SimulatedPair pair = open(1, Line.CLEAN, Reliability.RELIABLE);
    pair.filter = _ -> false;
    pair.left.channel("x").send(true, new byte[10], pair.now);
    pair.await(() -> pair.left.failure != null);
    assertThat(pair.left.failure).isEqualTo(SctpFailure.UNREACHABLE);
    assertThat(pair.left.channels.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(pair.left.channel("x").isOpen()).isFalse();
  }

  @Test
  void aPeerThatVanishesIsNoticedWhileNobodySends() {
    SimulatedPair pair = open(1, Line.CLEAN, Reliability.RELIABLE);
    pair.filter = _ -> false;
    pair.await(() -> pair.left.failure != null && pair.right.failure != null);
    assertThat(pair.left.failure).isEqualTo(SctpFailure.UNREACHABLE);
  }

  @Test
  void heartbeatsKeepASilentAssociation() {
    SimulatedPair pair = open(1, Line.lossy(0.1), Reliability.RELIABLE);
    pair.run(3_600);
    assertThat(pair.left.failure).isNull();
    assertThat(pair.right.failure).isNull();
    assertThat(pair.packets).as("in an hour of silence").isBetween(200, 800);
  }

  @Test
  void aClosedWindowIsRespectedAndItsOpeningNoticed() {
    SctpLimits small = new SctpLimits(1 << 20, 100_000, 30_000, 4, 20, 20);
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN, SctpLimits.DEFAULT, small).start();
    open(pair, Reliability.RELIABLE);
    // The more gets through, the more may be on its way at once, in the end more than the window.
    for (int i = 0; i < 30; i++) {
      pair.left.channel("x").send(true, new byte[30_000], pair.now);
    }
    pair.await(() -> pair.left.channels.bufferedBytes() == 0);
    pair.right.messages("x").clear();
    int[] first = {0};
    boolean[] blocked = {true};
    int[] least = {Integer.MAX_VALUE};
    pair.filter =
        packet -> {
          for (byte[] value : Packets.values(packet, Chunks.SACK)) {
            least[0] = Math.min(least[0], Bytes.i32(MemorySegment.ofArray(value), 4));
          }
          // The first chunk does not get through, so that nothing after it can be delivered.
          List<byte[]> data = Packets.values(packet, Chunks.DATA);
          if (!blocked[0] || data.isEmpty()) {
            return true;
          }
          int tsn = Bytes.i32(MemorySegment.ofArray(data.getFirst()), 0);
          first[0] = first[0] == 0 ? tsn : first[0];
          return tsn != first[0];
        };
    for (int i = 0; i < 20; i++) {
      assertThat(pair.left.channel("x").send(true, numbered(i, 20_000), pair.now))
          .isEqualTo(Sending.ACCEPTED);
    }
    pair.run(20);
    assertThat(least[0]).isLessThan(1_300);
    assertThat(pair.right.messages("x")).isEmpty();
    assertThat(pair.right.counters.drops(SctpDrop.WINDOW)).isLessThan(20);
    blocked[0] = false;
    pair.await(() -> pair.right.messages("x").size() == 20);
    assertThat(pair.right.messages("x").stream().map(AssociationTest::number)).isSorted();
    assertThat(pair.left.failure).isNull();
  }

  @Test
  void shutdownDeliversEverythingFirst() {
    for (int seed = 0; seed < 100; seed++) {
      SimulatedPair pair = open(seed, Line.lossy(seed % 4 * 0.08), Reliability.RELIABLE);
      for (int i = 0; i < 10; i++) {
        pair.left.channel("x").send(true, numbered(i, 4_000), pair.now);
        pair.right.channel("x").send(true, numbered(i, 4_000), pair.now);
      }
      pair.left.channels.shutdown(pair.now);
      assertThat(pair.left.channel("x").send(true, new byte[1], pair.now))
          .isEqualTo(Sending.NOT_OPEN);
      if (seed % 3 == 0) {
        pair.right.channels.shutdown(pair.now);
      }
      pair.await(() -> pair.left.failure != null && pair.right.failure != null);
      assertThat(pair.left.failure).as("seed %s", seed).isEqualTo(SctpFailure.SHUT_DOWN);
      assertThat(pair.right.failure).as("seed %s", seed).isEqualTo(SctpFailure.SHUT_DOWN);
      assertThat(pair.right.messages("x")).as("seed %s", seed).hasSize(10);
      assertThat(pair.left.messages("x")).as("seed %s", seed).hasSize(10);
    }
  }

  @Test
  void whatHasAnothersTagIsDropped() {
    SimulatedPair pair = open(1, Line.CLEAN, Reliability.RELIABLE);
    List<byte[]> answers = new ArrayList<>();
    pair.filter = answers::add;
    for (int type : new int[] {0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 130, 192, 77}) {
      toLeft(pair, Packets.packet(4_711, packet -> packet.emptyChunk(type, 0)));
    }
    toLeft(pair, Packets.packet(4_711, packet -> packet.emptyChunk(Chunks.ABORT, 1)));
    toLeft(pair, Packets.packet(0, packet -> packet.emptyChunk(Chunks.ABORT, 1)));
    assertThat(pair.left.counters.drops(SctpDrop.TAG)).isEqualTo(16);
    assertThat(pair.left.channels.isUp()).isTrue();
    assertThat(answers).isEmpty();
  }

  @Test
  void unknownChunksAreSkippedOrReportedAsTheirNumbersSay() {
    // RFC 9260 §3.2: 01 and 11 are reported; after 00 and 01 the rest of the packet is not read.
    for (int highBits = 0; highBits < 4; highBits++) {
      SimulatedPair pair = SimulatedPair.connected(1, Line.CLEAN);
      int[] tag = {0};
      List<byte[]> answers = new ArrayList<>();
      pair.filter =
          packet -> {
            if (Packets.types(packet).contains(Chunks.HEARTBEAT)) {
              tag[0] = Packets.tag(packet);
            }
            answers.add(packet);
            return true;
          };
      pair.run(40);
      // Both have asked for a sign of life; the tag of one of them is the left one's.
      answers.clear();
      int type = highBits << 6 | 0x2F;
      pair.filter = packet -> !answers.add(packet);
      byte[] packet =
          Packets.packet(
              tagOf(pair),
              writer -> {
                writer.chunk(type, 0).put32(7).endChunk();
                writer.chunk(Chunks.HEARTBEAT, 0);
                writer.parameter(Chunks.HEARTBEAT_INFO).put32(8).endParameter();
                writer.endChunk();
              });
      answers.clear();
      toLeft(pair, packet);
      List<Integer> types = answers.stream().map(Packets::types).flatMap(List::stream).toList();
      assertThat(types.contains(Chunks.ERROR)).as("%s", highBits).isEqualTo((highBits & 1) != 0);
      assertThat(types.contains(Chunks.HEARTBEAT_ACK))
          .as("%s", highBits)
          .isEqualTo((highBits & 2) != 0);
    }
  }

  /** The tag that the left's packets must have: an INIT brings it to light. */
  private static int tagOf(SimulatedPair pair) {
    int[] tag = {0};
    var before = pair.filter;
    // Its own packets do not tell, but the right's to it do.
    pair.filter =
        packet -> {
          tag[0] = Packets.tag(packet);
          return false;
        };
    pair.right.channels.open("probe", "", Reliability.RELIABLE, pair.now);
    pair.filter = before;
    assertThat(tag[0]).isNotZero();
    return tag[0];
  }

  @Test
  void dataWithoutDataEndsTheAssociation() {
    SimulatedPair pair = SimulatedPair.connected(1, Line.CLEAN);
    int tag = tagOf(pair);
    toLeft(
        pair,
        Packets.packet(
            tag, writer -> writer.chunk(Chunks.DATA, 3).put32(1).put32(0).put32(51).endChunk()));
    assertThat(pair.left.failure).isEqualTo(SctpFailure.PROTOCOL_VIOLATION);
    pair.await(() -> pair.right.failure == SctpFailure.ABORTED_BY_PEER);
  }

  @Test
  void acknowledgementsOfWhatWasNeverSentAreDropped() {
    SimulatedPair pair = open(1, Line.CLEAN, Reliability.RELIABLE);
    int tag = tagOf(pair);
    SplittableRandom random = pair.random;
    pair.filter = _ -> false;
    for (int i = 0; i < 1_000; i++) {
      toLeft(
          pair,
          Packets.packet(
              tag,
              writer ->
                  writer
                      .chunk(Chunks.SACK, 0)
                      .put32(random.nextInt())
                      .put32(1_000_000)
                      .put16(0)
                      .put16(0)
                      .endChunk()));
    }
    assertThat(pair.left.counters.drops(SctpDrop.UNEXPECTED)).isGreaterThan(990);
    pair.filter = _ -> true;
    pair.left.channel("x").send(true, numbered(5, 10_000), pair.now);
    pair.await(() -> pair.right.messages("x").size() == 1);
  }

  @Test
  void everySecondPacketIsAcknowledgedAtOnceAndTheLastOneLater() {
    SimulatedPair pair = open(1, Line.CLEAN, Reliability.RELIABLE);
    pair.run(1);
    int before = pair.packets;
    for (int i = 0; i < 10; i++) {
      pair.left.channel("x").send(true, new byte[10], pair.now);
      pair.run(0.001);
    }
    pair.run(1);
    assertThat(pair.packets - before).isEqualTo(15);
    pair.left.channel("x").send(true, new byte[10], pair.now);
    pair.run(1);
    assertThat(pair.packets - before).isEqualTo(17);
    assertThat(pair.left.counters.timeouts).isZero();
  }
}
