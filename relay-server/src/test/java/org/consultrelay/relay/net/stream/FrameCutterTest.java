package org.consultrelay.relay.net.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a stream is cut on its way, the same packets come out. */
class FrameCutterTest {
  private static final int ROUNDS = 300;

  @ParameterizedTest
  @EnumSource(StreamFraming.class)
  void randomCutsChangeNothing(StreamFraming framing) {
    for (int round = 0; round < ROUNDS; round++) {
      long seed = new Random().nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      List<String> packets = new ArrayList<>();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int i = 0; i < 40; i++) {
        byte[] packet = packet(framing, random);
        if (framing == StreamFraming.RFC_4571) {
          stream.write(packet.length >> 8);
          stream.write(packet.length);
        }
        stream.writeBytes(packet);
        if (packet.length > 0) {
          packets.add(hex(packet));
        }
      }
      assertThat(cut(framing, stream.toByteArray(), random)).as("seed " + seed).isEqualTo(packets);
    }
  }

  private static byte[] packet(StreamFraming framing, SplittableRandom random) {
    int longest = SlotPool.CAPACITY;
    int size = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(longest + 1);
    byte[] packet;
    if (framing == StreamFraming.RFC_4571) {
      packet = new byte[size];
      random.nextBytes(packet);
      return packet;
    }
    boolean stun = random.nextBoolean();
    int length = stun ? Math.min(size, longest - 20) & ~3 : Math.min(size, longest - 4);
    packet = new byte[stun ? 20 + length : 4 + (length + 3 & ~3)];
    random.nextBytes(packet);
    packet[0] = (byte) (stun ? packet[0] & 0x3F : 0x40 | (packet[0] & 0x0F));
    packet[2] = (byte) (length >> 8);
    packet[3] = (byte) length;
    return packet;
  }

  private static List<String> cut(StreamFraming framing, byte[] stream, SplittableRandom random) {
    FrameCutter cutter = new FrameCutter(framing);
    List<String> seen = new ArrayList<>();
    int at = 0;
    while (at < stream.length) {
      int most = random.nextBoolean() ? 5 : 5_000;
      int piece = Math.min(1 + random.nextInt(most), stream.length - at);
      // Each piece in memory of its own that is overwritten afterwards, as a socket's buffer is.
      byte[] bytes = new byte[piece + 7];
      System.arraycopy(stream, at, bytes, 7, piece);
      boolean fine =
          cutter.take(
              MemorySegment.ofArray(bytes),
              7,
              piece,
              (memory, offset, length) -> seen.add(hex(Bytes.toArray(memory, offset, length))));
      assertThat(fine).isTrue();
      at += piece;
    }
    assertThat(cutter.isWithinPacket()).isFalse();
    return seen;
  }

  @ParameterizedTest
  @EnumSource(StreamFraming.class)
  void randomBytesNeverHurt(StreamFraming framing) {
    for (int round = 0; round < ROUNDS; round++) {
      long seed = new Random().nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      FrameCutter cutter = new FrameCutter(framing);
      boolean fine = true;
      for (int i = 0; fine && i < 50; i++) {
        byte[] piece = new byte[random.nextInt(3_000)];
        random.nextBytes(piece);
        fine =
            cutter.take(
                MemorySegment.ofArray(piece),
                0,
                piece.length,
                (memory, offset, length) -> {
                  assertThat(length).as("seed " + seed).isBetween(1, SlotPool.CAPACITY);
                  assertThat(offset + length).isLessThanOrEqualTo(memory.byteSize());
                  return true;
                });
      }
    }
  }

  @Test
  void channelDataIsPaddedInStreams() {
    assertThat(pieces(StreamFraming.STUN, "4001000361626300", "400200004003000164000000"))
        .containsExactly("4001000361626300", "40020000", "4003000164000000");
  }

  @Test
  void emptyFramesAreSignsOfLifeOnly() {
    assertThat(pieces(StreamFraming.RFC_4571, "0000", "00", "00", "000161", "0000"))
        .containsExactly("61");
  }

  @Test
  void whatIsNoFrameIsSeenFromItsHeader() {
    assertThat(pieces(StreamFraming.STUN, "80")).isEmpty(); // may yet become anything
    assertThat(isGarbage(StreamFraming.STUN, "80000000")).isTrue();
    assertThat(isGarbage(StreamFraming.STUN, "00010003")).isTrue(); // not a multiple of four
    assertThat(isGarbage(StreamFraming.STUN, "00", "01", "FF", "FC")).isTrue();
    assertThat(isGarbage(StreamFraming.RFC_4571, "06", "01")).isTrue(); // 1,537 bytes
    assertThat(isGarbage(StreamFraming.RFC_4571, "0600")).isFalse();
  }

  @Test
  void nothingMoreIsCutOnceItIsNotWanted() {
    byte[] stream = HexFormat.of().parseHex("000161000162000163");
    List<String> seen = new ArrayList<>();
    FrameCutter cutter = new FrameCutter(StreamFraming.RFC_4571);
    cutter.take(
        MemorySegment.ofArray(stream),
        0,
        stream.length,
        (memory, offset, length) -> {
          seen.add(hex(Bytes.toArray(memory, offset, length)));
          return seen.size() < 2;
        });
    assertThat(seen).containsExactly("61", "62");
  }

  private static List<String> pieces(StreamFraming framing, String... pieces) {
    FrameCutter cutter = new FrameCutter(framing);
    List<String> seen = new ArrayList<>();
    for (String piece : pieces) {
      byte[] bytes = HexFormat.of().parseHex(piece);
      boolean fine =
          cutter.take(
              MemorySegment.ofArray(bytes),
              0,
              bytes.length,
              (memory, offset, length) -> seen.add(hex(Bytes.toArray(memory, offset, length))));
      assertThat(fine).isTrue();
    }
    return seen;
  }

  private static boolean isGarbage(StreamFraming framing, String... pieces) {
    FrameCutter cutter = new FrameCutter(framing);
    boolean fine = true;
    for (String piece : pieces) {
      byte[] bytes = HexFormat.of().parseHex(piece);
      assertThat(fine).isTrue();
      fine = cutter.take(MemorySegment.ofArray(bytes), 0, bytes.length, (_, _, _) -> true);
    }
    return !fine;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
