package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  @Test
  void eitherSideOrBothMayBegin() {
    for (int who = 1; who <= 3; who++) {
      SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
      if ((who & 1) != 0) {
        pair.left.channels.start(pair.now);
      }
      if ((who & 2) != 0) {
        pair.right.channels.start(pair.now);
      }
      pair.await(() -> pair.left.channels.isUp() && pair.right.channels.isUp());
      pair.run(5);
      assertThat(pair.left.counters.established).isEqualTo(1);
      assertThat(pair.right.counters.established).isEqualTo(1);
      talk(pair);
    }
  }

  private static void talk(SimulatedPair pair) {
    pair.left.channels.open("a", "", Reliability.RELIABLE, pair.now);
    pair.right.channels.open("b", "", Reliability.LOSSY, pair.now);
    pair.await(() -> pair.left.opened.size() == 2 && pair.right.opened.size() == 2);
    for (String label : List.of("a", "b")) {
      pair.left.channel(label).send(false, new byte[] {1}, pair.now);
      pair.right.channel(label).send(true, new byte[] {2}, pair.now);
    }
    pair.await(() ->
        List.of("a", "b").stream()
            .allMatch(label ->
                pair.left.messages(label).size() == 1 && pair.right.messages(label).size() == 1));
  }

  @Test
  void comesUpOverBadLinesWheneverTheOtherSideBegins() {
    for (int seed = 0; seed < 500; seed++) {
      Line line = new Line(seed % 4 * 0.1, 0.2, 0.3, (1 + seed % 50) * Line.MILLI);
      SimulatedPair pair = new SimulatedPair(seed, line);
      pair.left.channels.start(pair.now);
      pair.run(seed % 7 * 0.01);
      pair.right.channels.start(pair.now);
      pair.await(() -> pair.left.channels.isUp() && pair.right.channels.isUp());
      pair.run(20);
      assertThat(pair.left.failure).as("seed %s", seed).isNull();
      assertThat(pair.right.failure).as("seed %s", seed).isNull();
      assertThat(pair.left.counters.established).as("seed %s", seed).isEqualTo(1);
      pair.line = Line.CLEAN;
      talk(pair);
    }
  }

  @Test
  void aPeerThatNeverAnswersIsGivenUp() {
    SimulatedPair pair = new SimulatedPair(1, Line.lossy(1)).start();
    pair.left.channels.open("never", "", Reliability.RELIABLE, pair.now);
    pair.await(() -> pair.left.failure != null);
    assertThat(pair.left.failure).isEqualTo(SctpFailure.HANDSHAKE_TIMEOUT);
    assertThat(pair.left.channels.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(pair.left.counters.packetsSent).isBetween(8L, 10L);
    assertThat(pair.left.opened).isEmpty();
  }

  @Test
  void forgedAndStaleCookiesAreRefused() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
    List<byte[]> echoes = new ArrayList<>();
    pair.filter =
        packet -> {
          if (Packets.types(packet).contains(Chunks.COOKIE_ECHO)) {
            echoes.add(packet);
            return false;
          }
          return true;
        };
    pair.left.channels.start(pair.now);
    pair.run(0.1);
    byte[] forged = echoes.getFirst().clone();
    forged[40] ^= 1;
    deliver(pair, Packets.seal(forged));
    assertThat(pair.right.channels.isUp()).isFalse();
    assertThat(pair.right.counters.drops(SctpDrop.COOKIE)).isEqualTo(1);
    // A minute later the true one is too old as well; the peer is told, and begins again.
    byte[] old = echoes.getFirst();
    pair.filter = _ -> false;
    pair.left.channels.close(pair.now);
    pair.run(61);
    deliver(pair, old);
    assertThat(pair.right.channels.isUp()).isFalse();
    assertThat(pair.right.counters.drops(SctpDrop.COOKIE)).isEqualTo(2);
  }

  @Test
  void aStaleCookieLeadsToANewOne() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
    int[] inits = {0};
    boolean[] told = {false};
    pair.filter =
        packet -> {
          List<Integer> types = Packets.types(packet);
          inits[0] += types.contains(Chunks.INIT) ? 1 : 0;
          return told[0] || !types.contains(Chunks.COOKIE_ECHO);
        };
    pair.left.channels.start(pair.now);
    pair.run(0.1);
    told[0] = true;
    int tag = tagOfLeft(pair);
    byte[] stale =
        Packets.packet(
            tag,
            packet -> {
              packet.chunk(Chunks.ERROR, 0);
              packet.parameter(Chunks.STALE_COOKIE).put32(1).endParameter();
              packet.endChunk();
            });
    pair.left.channels.onPacket(MemorySegment.ofArray(stale), 0, stale.length, pair.now);
    pair.await(() -> pair.left.channels.isUp());
    assertThat(inits[0]).isEqualTo(2);
  }

  /** Asks with an INIT, in whose place any peer could be, what tag packets to the left have. */
  private static int tagOfLeft(SimulatedPair pair) {
    int[] tag = {0};
    var before = pair.filter;
    pair.filter =
        packet -> {
          for (byte[] value : Packets.values(packet, Chunks.INIT_ACK)) {
            tag[0] = Bytes.i32(MemorySegment.ofArray(value), 0);
          }
          return false;
        };
    byte[] init = init(4_711, 1, 1);
    pair.left.channels.onPacket(MemorySegment.ofArray(init), 0, init.length, pair.now);
    pair.filter = before;
    assertThat(tag[0]).isNotZero();
    return tag[0];
  }

  private static byte[] init(int tag, int out, int in) {
    return Packets.packet(
        0,
        packet ->
            packet
                .chunk(Chunks.INIT, 0)
                .put32(tag)
                .put32(100_000)
                .put16(out)
                .put16(in)
                .put32(1)
                .endChunk());
  }

  private static void deliver(SimulatedPair pair, byte[] packet) {
    pair.right.channels.onPacket(MemorySegment.ofArray(packet), 0, packet.length, pair.now);
  }

  @Test
  void anInitWithoutStreamsIsAborted() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
    List<byte[]> answers = new ArrayList<>();
    pair.filter = answers::add;
    deliver(pair, init(99, 0, 1));
    assertThat(Packets.types(answers.getLast())).containsExactly(Chunks.ABORT);
    assertThat(Packets.tag(answers.getLast())).isEqualTo(99);
    deliver(pair, init(99, 1, 0));
    assertThat(Packets.types(answers.getLast())).containsExactly(Chunks.ABORT);
    deliver(pair, init(0, 1, 1));
    assertThat(answers).as("there is no tag to answer with").hasSize(2);
    deliver(pair, init(99, 1, 1));
    assertThat(Packets.types(answers.getLast())).containsExactly(Chunks.INIT_ACK);
  }

  @Test
  void unknownParametersAreSkippedOrReportedAsTheirNumbersSay() {
    // RFC 9260 §3.2.1: the two highest bits say whether to go on, and whether to report.
    int[] types = {0x3FF0, 0x7FF0, 0xBFF0, 0xFFF0};
    boolean[] reported = {false, true, false, true};
    for (int i = 0; i < types.length; i++) {
      int type = types[i];
      SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
      List<byte[]> answers = new ArrayList<>();
      pair.filter = answers::add;
      byte[] init =
          Packets.packet(
              0,
              packet -> {
                packet.chunk(Chunks.INIT, 0).put32(5).put32(9_999).put16(9).put16(9).put32(1);
                packet.parameter(type).put8(7).endParameter();
                packet.parameter(Chunks.FORWARD_TSN_SUPPORTED).endParameter();
                packet.endChunk();
              });
      deliver(pair, init);
      byte[] ack = Packets.values(answers.getLast(), Chunks.INIT_ACK).getFirst();
      TlvReader parameters = new TlvReader().wrap(MemorySegment.ofArray(ack), 16, ack.length - 16);
      boolean found = false;
      while (parameters.next()) {
        found |= parameters.type() == Chunks.UNRECOGNIZED_PARAMETER;
      }
      assertThat(found).as("reported %x", type).isEqualTo(reported[i]);
    }
  }

  @Test
  void aPeerThatStartsAnewEndsTheAssociation() {
    SimulatedPair pair = SimulatedPair.connected(1, Line.CLEAN);
    List<byte[]> answers = new ArrayList<>();
    pair.filter =
        packet -> {
          answers.add(packet);
          return false;
        };
    deliver(pair, init(4_711, 10, 10));
    byte[] ack = Packets.values(answers.getLast(), Chunks.INIT_ACK).getFirst();
    MemorySegment memory = MemorySegment.ofArray(ack);
    assertThat(pair.right.channels.isUp()).as("an INIT alone changes nothing").isTrue();
    InitChunk parsed = InitChunk.parse(memory, 0, ack.length);
    byte[] cookie = parsed == null ? new byte[0] : parsed.cookie();
    assertThat(cookie).isNotEmpty();
    int tag = Bytes.i32(memory, 0);
    byte[] echo =
        Packets.packet(
            tag,
            packet -> packet.chunk(Chunks.COOKIE_ECHO, 0).put(cookie, 0, cookie.length).endChunk());
    deliver(pair, echo);
    assertThat(pair.right.failure).isEqualTo(SctpFailure.RESTARTED_BY_PEER);
  }

  @Test
  void manyInitsLeaveNothingBehind() {
    SimulatedPair pair = new SimulatedPair(1, Line.CLEAN);
    pair.filter = _ -> false;
    for (int i = 1; i < 10_000; i++) {
      deliver(pair, init(i, 1 + i % 100, 1));
    }
    assertThat(pair.right.channels.deadline()).isEqualTo(Long.MAX_VALUE);
    pair.filter = _ -> true;
    pair.start().await(() -> pair.left.channels.isUp() && pair.right.channels.isUp());
  }
}
