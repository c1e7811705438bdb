package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
  private final RtpPacket packet = new RtpPacket();

  private boolean parse(MemorySegment memory) {
    return packet.parse(memory, 0, (int) memory.byteSize());
  }

  @Test
  void readsAHeaderWithAnExtensionOfAnUnknownProfile() {
    MemorySegment memory = Packets.hex("90e0698f d9c293da 1c642782 00010001 ffffffff 9836be889e");
    assertThat(parse(memory)).isTrue();
    assertThat(packet.decrypted(25)).isTrue();
    assertThat(packet.marker()).isTrue();
    assertThat(packet.payloadType()).isEqualTo(96);
    assertThat(packet.sequenceNumber()).isEqualTo(27_023);
    assertThat(Integer.toUnsignedLong(packet.timestamp())).isEqualTo(3_653_407_706L);
    assertThat(packet.ssrc()).isEqualTo(476_325_762);
    assertThat(packet.csrcCount()).isZero();
    assertThat(packet.headerLength()).isEqualTo(20);
    assertThat(packet.payloadOffset()).isEqualTo(20);
    assertThat(packet.payloadLength()).isEqualTo(5);
    assertThat(packet.findExtension(15)).isEqualTo(-1);
    assertThat(packet.failure()).isEqualTo(RtpFailure.NONE);
  }

  @Test
  void saysWhyItIsNotRtp() {
    assertThat(parse(Packets.hex("8060698fd9c293da1c6427"))).isFalse();
    assertThat(packet.failure()).isEqualTo(RtpFailure.TRUNCATED);
    assertThat(parse(Packets.hex("4060698fd9c293da1c642782"))).isFalse();
    assertThat(packet.failure()).isEqualTo(RtpFailure.BAD_VERSION);
    assertThat(parse(Packets.hex("8160698fd9c293da1c642782000000"))).isFalse();
    assertThat(packet.failure()).isEqualTo(RtpFailure.CSRC_OVERRUN);
    assertThat(parse(Packets.hex("9060698fd9c293da1c642782bede00"))).isFalse();
    assertThat(packet.failure()).isEqualTo(RtpFailure.EXTENSION_OVERRUN);
    assertThat(parse(Packets.hex("9060698fd9c293da1c64278299999999"))).isFalse();
    assertThat(packet.failure()).isEqualTo(RtpFailure.EXTENSION_OVERRUN);
  }

  /** Every CSRC count, extension size, padding count and payload length; and each cut short. */
  @Test
  void everyHeaderWithEveryPadding() {
    for (int csrcs = 0; csrcs <= 15; csrcs++) {
      for (int words = -1; words <= 3; words++) {
        int header = 12 + 4 * csrcs + (words < 0 ? 0 : 4 + 4 * words);
        for (int rest : new int[] {0, 1, 2, 3, 100, 254, 255, 256, 300}) {
          byte[] bytes = new byte[header + rest];
          MemorySegment memory = Packets.exact(bytes);
          Bytes.put16(memory, 0, 0xA000 | (words < 0 ? 0 : 0x1000) | csrcs << 8 | 111);
          if (words >= 0) {
            Bytes.put32(memory, 12 + 4L * csrcs, 0xBEDE << 16 | words);
          }
          for (int padding = 0; padding <= 255; padding++) {
            if (rest > 0) {
              bytes[bytes.length - 1] = (byte) padding;
            } else if (padding > 0) {
              break;
            }
            assertThat(parse(memory)).isTrue();
            assertThat(packet.headerLength()).isEqualTo(header);
            boolean good = padding >= 1 && padding <= rest;
            if (packet.decrypted(bytes.length) != good) {
              throw new AssertionError("padding " + padding + " of " + rest);
            }
            if (good) {
              assertThat(packet.paddingLength()).isEqualTo(padding);
              assertThat(packet.payloadLength()).isEqualTo(rest - padding);
            } else {
              assertThat(packet.failure()).isEqualTo(RtpFailure.PADDING_OVERRUN);
            }
          }
        }
        byte[] whole = new byte[header];
        MemorySegment memory = Packets.exact(whole);
        Bytes.put16(memory, 0, 0x8000 | (words < 0 ? 0 : 0x1000) | csrcs << 8 | 111);
        if (words >= 0) {
          Bytes.put32(memory, 12 + 4L * csrcs, 0xBEDE << 16 | words);
        }
        for (int cut = 0; cut < header; cut++) {
          assertThat(packet.parse(Packets.exact(memory, 0, cut), 0, cut)).isFalse();
        }
        assertThat(parse(memory)).isTrue();
        assertThat(packet.decrypted(header)).isTrue();
        assertThat(packet.payloadLength()).isZero();
        assertThat(packet.decrypted(header - 1)).isFalse();
        assertThat(packet.failure()).isEqualTo(RtpFailure.TRUNCATED);
      }
    }
  }

  @Test
  void withoutThePaddingBitTheLastByteIsPayload() {
    assertThat(parse(Packets.hex("8060698fd9c293da1c642782ff"))).isTrue();
    assertThat(packet.decrypted(13)).isTrue();
    assertThat(packet.payloadLength()).isEqualTo(1);
  }

  @Test
  void authenticationTagIsNotPayloadOnceDecrypted() {
    assertThat(parse(Packets.hex("a060698fd9c293da1c642782 0102 02 aaaaaaaaaaaaaaaaaaaa")))
        .isTrue();
    assertThat(packet.decrypted(15)).isTrue();
    assertThat(packet.paddingLength()).isEqualTo(2);
    assertThat(packet.payloadLength()).isEqualTo(1);
    assertThat(packet.length()).isEqualTo(15);
  }

  @Test
  void findsOneByteElements() {
    // RFC 8285 §4.2: a padding byte between two elements, and two at the end.
    assertThat(
            parse(Packets.hex("9060698fd9c293da1c642782 bede0003 10aa 00 31bbcc 43 01020304 0000")))
        .isTrue();
    assertThat(packet.findExtension(1)).isEqualTo(17);
    assertThat(packet.extensionLength()).isEqualTo(1);
    assertThat(packet.findExtension(3)).isEqualTo(20);
    assertThat(packet.extensionLength()).isEqualTo(2);
    assertThat(packet.findExtension(4)).isEqualTo(23);
    assertThat(packet.extensionLength()).isEqualTo(4);
    assertThat(packet.findExtension(2)).isEqualTo(-1);
  }

  @Test
  void findsTwoByteElementsAlsoEmptyOnes() {
    assertThat(parse(Packets.hex("9060698fd9c293da1c642782 10050003 0100 00 c803aabbcc 1001dd 00")))
        .isTrue();
    assertThat(packet.findExtension(1)).isEqualTo(18);
    assertThat(packet.extensionLength()).isZero();
    assertThat(packet.findExtension(200)).isEqualTo(21);
    assertThat(packet.extensionLength()).isEqualTo(3);
    assertThat(packet.findExtension(16)).isEqualTo(26);
    assertThat(packet.extensionLength()).isEqualTo(1);
  }

  @Test
  void identifierFifteenAndZeroWithALengthEndTheBlock() {
    HeaderExtensionMap map = map(HeaderExtension.MID, 1, HeaderExtension.RID, 2);
    assertThat(parse(Packets.hex("9060698fd9c293da1c642782 bede0002 10aa f0bb 20cc 0000")))
        .isTrue();
    assertThat(packet.findExtension(1)).isEqualTo(17);
    assertThat(packet.findExtension(2)).isEqualTo(-1);
    assertThat(packet.indexExtensions(map)).isTrue();
    assertThat(packet.extensionMask()).isEqualTo(HeaderExtension.MID.bit());
    assertThat(parse(Packets.hex("9060698fd9c293da1c642782 bede0002 10aa 01bb 20cc 0000")))
        .isTrue();
    assertThat(packet.findExtension(2)).isEqualTo(-1);
    assertThat(packet.indexExtensions(map)).isTrue();
    assertThat(packet.has(HeaderExtension.RID)).isFalse();
  }

  @Test
  void anElementThatRunsOverTheBlockEndsIt() {
    HeaderExtensionMap map = map(HeaderExtension.MID, 1, HeaderExtension.RID, 2);
    // The bytes that the element would need follow as payload: they are not its own.
    for (String block :
        new String[] {"bede0001 10aa 21bb", "10000001 01 00 02 01", "10000001 0101bb 02"}) {
      assertThat(parse(Packets.hex("9060698fd9c293da1c642782" + block + "ccddee"))).isTrue();
      assertThat(packet.findExtension(2)).isEqualTo(-1);
      assertThat(packet.indexExtensions(map)).isFalse();
      assertThat(packet.extensionMask()).isEqualTo(HeaderExtension.MID.bit());
    }
  }

  @Test
  void indexesInOneWalkAndForgetsWithTheNextPacket() {
    HeaderExtensionMap map = map(HeaderExtension.TRANSPORT_CC, 3, HeaderExtension.AUDIO_LEVEL, 1);
    assertThat(parse(Packets.hex("9060698fd9c293da1c642782 bede0003 10aa 7200ff00 31bbcc 31ddee")))
        .isTrue();
    assertThat(packet.extensionMask()).isZero();
    assertThat(packet.indexExtensions(map)).isTrue();
    assertThat(packet.extensionMask())
        .isEqualTo(HeaderExtension.TRANSPORT_CC.bit() | HeaderExtension.AUDIO_LEVEL.bit());
    assertThat(packet.extensionOffset(HeaderExtension.AUDIO_LEVEL)).isEqualTo(17);
    // Of two with one identifier the first counts.
    assertThat(packet.extensionOffset(HeaderExtension.TRANSPORT_CC)).isEqualTo(23);
    assertThat(packet.extensionLength(HeaderExtension.TRANSPORT_CC)).isEqualTo(2);
    assertThat(packet.extensionOffset(HeaderExtension.MID)).isEqualTo(-1);
    assertThat(packet.extensionLength(HeaderExtension.MID)).isEqualTo(-1);
    assertThat(parse(Packets.hex("8060698fd9c293da1c642782"))).isTrue();
    assertThat(packet.extensionMask()).isZero();
    assertThat(packet.indexExtensions(map)).isTrue();
    assertThat(packet.extensionMask()).isZero();
  }

  /** Random bytes never throw, and the index agrees with the walk. */
  @Test
  void randomBytes() {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    int next = 1;
    for (HeaderExtension extension : HeaderExtension.values()) {
      builder.put(extension, next++);
    }
    HeaderExtensionMap map = builder.build();
    int[] parsed = new int[1];
    Packets.seeds(
        20_000,
        random -> {
          byte[] bytes = Packets.random(random, random.nextInt(80));
          MemorySegment memory = Packets.exact(bytes);
          if (bytes.length >= 16 && random.nextInt(4) != 0) {
            int csrcs = random.nextInt(3);
            Bytes.put8(memory, 0, 0x90 | csrcs | random.nextInt(2) << 5);
            if (bytes.length >= 16 + 4 * csrcs) {
              int profile = random.nextBoolean() ? 0xBEDE : 0x1000;
              Bytes.put32(memory, 12 + 4L * csrcs, profile << 16 | random.nextInt(12));
            }
          }
          if (!parse(memory)) {
            assertThat(packet.failure()).isNotEqualTo(RtpFailure.NONE);
            return;
          }
          parsed[0]++;
          packet.indexExtensions(map);
          for (HeaderExtension extension : HeaderExtension.values()) {
            long found = packet.findExtension(map.id(extension));
            assertThat(packet.extensionOffset(extension)).isEqualTo(found);
            if (found >= 0) {
              assertThat(packet.extensionLength(extension)).isEqualTo(packet.extensionLength());
              assertThat(found + packet.extensionLength())
                  .isLessThanOrEqualTo(packet.payloadOffset());
            }
          }
          if (packet.decrypted(random.nextInt(bytes.length + 1))) {
            assertThat(packet.payloadLength()).isNotNegative();
            assertThat(packet.payloadOffset() + packet.payloadLength() + packet.paddingLength())
                .isEqualTo(packet.length());
          }
        });
    assertThat(parsed[0]).isGreaterThan(5_000);
  }

  private static HeaderExtensionMap map(
      HeaderExtension first, int firstId, HeaderExtension second, int secondId) {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    assertThat(builder.put(first, firstId)).isTrue();
    assertThat(builder.put(second, secondId)).isTrue();
    return builder.build();
  }
}
