package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class RtcpWriterTest {
  private static final byte[] CNAME = "0123456789".getBytes(StandardCharsets.US_ASCII);

  private final MemorySegment memory = Packets.exact(new byte[1_500]);
  private final RtcpWriter writer = new RtcpWriter();

  private MemorySegment written() {
    return Packets.exact(memory, 0, writer.length());
  }

  @Test
  void writesTheKnownBytes() {
    writer.begin(memory, 0, 1_500);
    assertThat(writer.senderReport(0x5d931534, 0xdd3ac1b476547171L, 577_280, 3_608, 577_280))
        .isTrue();
    assertThat(writer.receiverReport(0x5d931534)).isTrue();
    assertThat(writer.reportBlock(0x01932db4, 0x20, -2, 65_538, 3, 4, 5)).isTrue();
    assertThat(writer.nack(1, 0x0330bdee, new int[] {2_959, 2_960, 2_961}, 3)).isTrue();
    assertThat(writer.remb(0xfa17fa17, 122_754, new int[] {0x02d03702, 0x04a76747}, 2)).isTrue();
    assertThat(writer.pli(1, 2)).isTrue();
    assertThat(writer.fir(1, 2, 7)).isTrue();
    assertThat(writer.bye(9)).isTrue();
    assertThat(Packets.toHex(memory, 0, writer.length()))
        .isEqualTo(
            "80c800065d931534dd3ac1b4765471710008cf0000000e180008cf00"
                + "81c900075d93153401932db420fffffe00010002000000030000000400000005"
                + "81cd0003000000010330bdee0b8f0003"
                + "8fce0006fa17fa170000000052454d420201df8202d0370204a76747"
                + "81ce00020000000100000002"
                + "84ce000400000001000000000000000207000000"
                + "81cb000100000009");
  }

  @Test
  void addsBlocksToTheLastReportOnly() {
    writer.begin(memory, 0, 1_500);
    assertThat(writer.reportBlock(1, 0, 0, 0, 0, 0, 0)).isFalse();
    assertThat(writer.senderReport(1, 2, 3, 4, 5)).isTrue();
    for (int i = 0; i < 31; i++) {
      assertThat(writer.reportBlock(i, i, i - 5, i, i, i, i)).isTrue();
    }
    assertThat(writer.reportBlock(31, 0, 0, 0, 0, 0, 0)).isFalse();
    RtcpReader reader = Packets.first(written());
    assertThat(reader.type()).isEqualTo(RtcpType.SENDER_REPORT);
    assertThat(reader.reportCount()).isEqualTo(31);
    assertThat(reader.reportSsrc(30)).isEqualTo(30);
    assertThat(reader.cumulativeLost(0)).isEqualTo(-5);
    assertThat(reader.fractionLost(30)).isEqualTo(30);
    assertThat(reader.next()).isFalse();
    assertThat(writer.pli(1, 2)).isTrue();
    assertThat(writer.reportBlock(31, 0, 0, 0, 0, 0, 0)).isFalse();
  }

  @Test
  void canonicalNamesOfEveryLength() {
    for (int length = 0; length <= 255; length++) {
      byte[] name = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
      memory.fill((byte) 0xFF);
      writer.begin(memory, 0, 1_500);
      assertThat(writer.sdesCname(7, name)).isTrue();
      assertThat(writer.bye(7)).isTrue();
      RtcpReader reader = Packets.first(written());
      assertThat(reader.type()).isEqualTo(RtcpType.SOURCE_DESCRIPTION);
      assertThat(reader.senderSsrc()).isEqualTo(7);
      long at = reader.cnameOffset();
      assertThat(Bytes.toArray(reader.memory(), at, reader.cnameLength())).isEqualTo(name);
      assertThat(Bytes.u8(reader.memory(), at + length)).isZero();
      assertThat(reader.next()).isTrue();
    }
    assertThat(writer.sdesCname(7, new byte[256])).isFalse();
  }

  @Test
  void rembKeepsEighteenBits() {
    for (long bitrate : new long[] {0, 1, 262_143, 262_144, 2_500_000, 1L << 40, Long.MAX_VALUE}) {
      writer.begin(memory, 0, 1_500);
      assertThat(writer.remb(1, bitrate, new int[0], 0)).isTrue();
      long read = Packets.first(written()).rembBitrate();
      assertThat(read).isLessThanOrEqualTo(bitrate);
      assertThat(bitrate - read).isLessThanOrEqualTo(bitrate >> 17);
    }
    assertThat(writer.remb(1, 1, new int[256], 256)).isFalse();
  }

  /** Any ascending numbers come back, around the wrap too. */
  @Test
  void nackRoundTrip() {
    int[] out = new int[300];
    Packets.seeds(
        2_000,
        random -> {
          int[] asked = new int[1 + random.nextInt(200)];
          int number = random.nextInt(65_536);
          int step = 1 + random.nextInt(40);
          for (int i = 0; i < asked.length; i++) {
            asked[i] = number & 0xFFFF;
            number += 1 + random.nextInt(step);
          }
          writer.begin(memory, 0, 1_500);
          assertThat(writer.nack(1, 2, asked, asked.length)).isTrue();
          RtcpReader reader = Packets.first(written());
          assertThat(reader.nackSequences(out)).isEqualTo(asked.length);
          assertThat(Arrays.copyOf(out, asked.length)).isEqualTo(asked);
        });
  }

  @Test
  void seventeenNumbersInARowShareAnEntry() {
    int[] row = IntStream.range(0, 18).toArray();
    writer.begin(memory, 0, 1_500);
    assertThat(writer.nack(1, 2, row, 17)).isTrue();
    assertThat(Packets.toHex(memory, 12, writer.length() - 12)).isEqualTo("0000ffff");
    writer.begin(memory, 0, 1_500);
    assertThat(writer.nack(1, 2, row, 18)).isTrue();
    assertThat(Packets.toHex(memory, 12, writer.length() - 12)).isEqualTo("0000ffff" + "00110000");
  }

  @Test
  void nackOfNothingIsNothingAndDoublesAreOne() {
    writer.begin(memory, 0, 1_500);
    assertThat(writer.nack(1, 2, new int[0], 0)).isTrue();
    assertThat(writer.length()).isZero();
    assertThat(writer.nack(1, 2, new int[] {5, 5, 4}, 3)).isTrue();
    assertThat(Packets.toHex(memory, 12, writer.length() - 12)).isEqualTo("00050000" + "00040000");
  }

  /** Whatever the capacity, a packet is written whole or not at all, and nothing lies outside. */
  @Test
  void neverExceedsTheCapacity() {
    List<Predicate<RtcpWriter>> packets =
        List.of(
            w -> w.senderReport(1, 2, 3, 4, 5),
            w -> w.receiverReport(1),
            w -> w.receiverReport(1) && w.reportBlock(1, 2, 3, 4, 5, 6, 7),
            w -> w.sdesCname(1, CNAME),
            w -> w.bye(1),
            w -> w.nack(1, 2, new int[] {1, 100, 200}, 3),
            w -> w.pli(1, 2),
            w -> w.fir(1, 2, 3),
            w -> w.remb(1, 2, new int[] {3, 4}, 2));
    for (Predicate<RtcpWriter> packet : packets) {
      writer.begin(memory, 0, 1_500);
      assertThat(packet.test(writer)).isTrue();
      int needed = writer.length();
      for (int capacity = 0; capacity <= needed; capacity++) {
        MemorySegment tight = Packets.exact(new byte[capacity]);
        writer.begin(tight, 0, capacity);
        boolean fits = packet.test(writer);
        assertThat(fits).isEqualTo(capacity == needed);
        assertThat(writer.length()).isLessThanOrEqualTo(capacity);
        assertThat(writer.remaining()).isEqualTo(capacity - writer.length());
        if (writer.length() > 0) {
          assertThat(new RtcpReader().wrap(tight, 0, writer.length())).isTrue();
        }
      }
    }
  }
}
