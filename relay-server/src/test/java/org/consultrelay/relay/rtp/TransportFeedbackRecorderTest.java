package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransportFeedbackRecorderTest {
  private static final long MS = 1_000_000;
  private static final long TICK = TransportFeedback.TICK_NANOS;

  private final TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
  private final RtcpWriter writer = new RtcpWriter();
  private final MemorySegment memory = Packets.exact(new byte[1_200]);

  private String write() {
    writer.begin(memory, 0, 1_200);
    assertThat(recorder.write(writer, 1, 2)).isTrue();
    return Packets.toHex(memory, 12, writer.length() - 12);
  }

  @Test
  void aRunOfSmallDeltas() {
    for (int i = 0; i < 7; i++) {
      assertThat(recorder.record(1_000 + i, 77 * MS + i * TICK)).isTrue();
    }
    assertThat(write()).isEqualTo("03e80007" + "00000000" + "2007" + "00010101010101" + "000000");
    assertThat(recorder.pending()).isZero();
    writer.begin(memory, 0, 1_200);
    assertThat(recorder.write(writer, 1, 2)).isFalse();
    assertThat(writer.length()).isZero();
  }

  @Test
  void theNextFeedbackBeginsAfterTheLastAndTellsWhatIsLost() {
    recorder.record(65_534, 0);
    assertThat(write()).startsWith("fffe0001" + "00000000" + "2001");
    recorder.record(1, 100 * MS);
    // 65,535 and 0 are lost; 100 ms are one reference unit of 64 ms and 144 ticks.
    assertThat(write()).isEqualTo("ffff0003" + "00000101" + "8800" + "90" + "00");
  }

  @Test
  void aLateArrivalIsReportedAgain() {
    recorder.record(10, 0);
    recorder.record(12, MS);
    assertThat(write()).startsWith("000a0003" + "00000000");
    assertThat(recorder.record(12, 2 * MS)).isFalse();
    assertThat(recorder.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(recorder.record(11, 2 * MS)).isTrue();
    // From 11 on again; 12 came before it, so its delta is negative and takes two bytes.
    assertThat(write()).isEqualTo("000b0002" + "00000001" + "d800" + "08" + "fffc" + "000000");
  }

  @Test
  void dueAfterTheIntervalOrWhenManyCame() {
    assertThat(recorder.deadline()).isEqualTo(Long.MAX_VALUE);
    recorder.record(1, 5 * MS);
    recorder.record(2, 6 * MS);
    assertThat(recorder.deadline()).isEqualTo(55 * MS);
    for (int i = 3; i <= TransportFeedbackRecorder.MAX_PENDING; i++) {
      recorder.record(i, 7 * MS);
    }
    assertThat(recorder.deadline()).isEqualTo(7 * MS);
    write();
    assertThat(recorder.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void arrivalsTooFarApartForADeltaAreSplit() {
    recorder.record(1, 0);
    recorder.record(2, 9_000 * MS);
    assertThat(write()).startsWith("00010001" + "000000");
    assertThat(recorder.pending()).isEqualTo(1);
    assertThat(write()).startsWith("00020001" + "00008c");
    assertThat(recorder.pending()).isZero();
  }

  @Test
  void theLeastRoomIsEnoughWhateverIsLost() {
    for (int lost = 0; lost < 3_000; lost += 7) {
      TransportFeedbackRecorder fresh = new TransportFeedbackRecorder();
      fresh.record(1, 0);
      writer.begin(memory, 0, 1_200);
      assertThat(fresh.write(writer, 1, 2)).isTrue();
      fresh.record(2 + lost, MS);
      writer.begin(memory, 0, TransportFeedbackRecorder.ROOM);
      assertThat(fresh.write(writer, 1, 2)).isTrue();
      assertThat(fresh.pending()).isZero();
    }
    recorder.record(1, 0);
    writer.begin(memory, 0, 20);
    assertThat(recorder.write(writer, 1, 2)).isFalse();
    assertThat(recorder.pending()).isEqualTo(1);
  }

  /**
   * Runs of every length, loss and arrivals in turn: the chunks never take more than was reckoned.
   */
  @Test
  void fitsTheRoomWhateverThePattern() {
    for (int run = 1; run <= 20; run++) {
      for (int room = TransportFeedbackRecorder.ROOM; room < 700; room += 13) {
        TransportFeedbackRecorder fresh = new TransportFeedbackRecorder();
        for (int i = 0; i < 1_000; i++) {
          if (i / run % 2 == 0) {
            fresh.record(i, i * (run % 3 == 0 ? 70 * MS : MS));
          }
        }
        while (fresh.pending() > 0) {
          MemorySegment exact = Packets.exact(new byte[room]);
          writer.begin(exact, 0, room);
          assertThat(fresh.write(writer, 1, 2)).isTrue();
          RtcpReader reader = Packets.first(Packets.exact(exact, 0, writer.length()));
          assertThat(new TransportFeedback().read(reader)).isTrue();
        }
      }
    }
  }

  private record Packet(long number, long arrival) {}

  /** Random loss, reordering, duplicates, pauses and room: what comes out is what went in. */
  @Test
  void roundTrip() {
    int[] packets = new int[1];
    Packets.seeds(
        300,
        random -> {
          List<Packet> sent = arrivals(random);
          TransportFeedbackRecorder fresh = new TransportFeedbackRecorder();
          long origin = sent.get(0).arrival();
          Map<Integer, Long> came = new HashMap<>();
          Map<Integer, Long> told = new HashMap<>();
          Set<Integer> lost = new HashSet<>();
          int count = 0;
          for (Packet packet : sent) {
            while (fresh.deadline() <= packet.arrival()) {
              count = writeAndRead(fresh, random, told, lost, count);
            }
            int sequence = SequenceNumbers.wire(packet.number());
            assertThat(fresh.record(sequence, packet.arrival()))
                .isEqualTo(
                    came.putIfAbsent(sequence, Math.floorDiv(packet.arrival() - origin, TICK))
                        == null);
          }
          while (fresh.pending() > 0) {
            count = writeAndRead(fresh, random, told, lost, count);
          }
          assertThat(told).isEqualTo(came);
          long low = sent.stream().mapToLong(Packet::number).min().orElseThrow();
          long high = sent.stream().mapToLong(Packet::number).max().orElseThrow();
          for (long i = low; i <= high; i++) {
            int sequence = SequenceNumbers.wire(i);
            assertThat(told.containsKey(sequence) || lost.contains(sequence)).isTrue();
          }
          packets[0] += came.size();
        });
    assertThat(packets[0]).isGreaterThan(50_000);
  }

  private static List<Packet> arrivals(SplittableRandom random) {
    List<Packet> packets = new ArrayList<>();
    long number = random.nextInt(65_536);
    long now = random.nextLong(-1L << 40, 1L << 50);
    double loss = random.nextDouble() * random.nextDouble();
    long jitter = 1 + random.nextLong(1 + random.nextLong(30 * MS));
    int spacing = 1 + random.nextInt(8_000_000);
    for (int i = 0; i < 600; i++, number++) {
      now += random.nextInt(spacing);
      if (random.nextInt(200) == 0) {
        now += random.nextLong(20_000 * MS);
      }
      if (random.nextInt(100) == 0) {
        number += random.nextInt(40);
      }
      if (packets.isEmpty() || random.nextDouble() >= loss) {
        packets.add(new Packet(number, now + random.nextLong(jitter)));
      }
      if (random.nextInt(50) == 0) {
        packets.add(new Packet(number, now + random.nextLong(jitter)));
      }
    }
    packets.sort(Comparator.comparingLong(Packet::arrival));
    return packets;
  }

  private int writeAndRead(
      TransportFeedbackRecorder from,
      SplittableRandom random,
      Map<Integer, Long> told,
      Set<Integer> lost,
      int count) {
    int room = TransportFeedbackRecorder.ROOM + random.nextInt(800);
    MemorySegment exact = Packets.exact(new byte[room]);
    writer.begin(exact, 0, room);
    assertThat(from.write(writer, 0x11, 0x22)).isTrue();
    RtcpReader reader = Packets.first(Packets.exact(exact, 0, writer.length()));
    assertThat(reader.type()).isEqualTo(RtcpType.TRANSPORT_FEEDBACK);
    assertThat(reader.senderSsrc()).isEqualTo(0x11);
    assertThat(reader.mediaSsrc()).isEqualTo(0x22);
    TransportFeedback feedback = new TransportFeedback();
    assertThat(feedback.read(reader)).isTrue();
    assertThat(feedback.feedbackCount()).isEqualTo(count & 0xFF);
    while (feedback.next()) {
      if (feedback.received()) {
        told.put(feedback.sequenceNumber(), feedback.arrivalTicks());
      } else {
        lost.add(feedback.sequenceNumber());
        assertThat(told).doesNotContainKey(feedback.sequenceNumber());
      }
    }
    assertThat(feedback.received()).isTrue();
    return count + 1;
  }
}
