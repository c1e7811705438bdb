package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class RtcpReaderTest {
  private final RtcpReader reader = new RtcpReader();

  private boolean wrap(MemorySegment memory) {
    return reader.wrap(memory, 0, (int) memory.byteSize());
  }

  @Test
  void senderReport() {
    RtcpReader report =
        Packets.first(
            Packets.hex("80c80006 5d931534 dd3ac1b4 76547171 0008cf00 00000e18 0008cf00"));
    assertThat(report.type()).isEqualTo(RtcpType.SENDER_REPORT);
    assertThat(report.senderSsrc()).isEqualTo(0x5d931534);
    assertThat(report.ntpTimestamp() >>> 32).isEqualTo(3_711_615_412L);
    assertThat(report.ntpTimestamp() & 0xFFFF_FFFFL).isEqualTo(1_985_245_553L);
    assertThat(report.rtpTimestamp()).isEqualTo(577_280);
    assertThat(report.packetCount()).isEqualTo(3_608);
    assertThat(report.octetCount()).isEqualTo(577_280);
    assertThat(report.reportCount()).isZero();
    assertThat(report.next()).isFalse();
    assertThat(report.type()).isEqualTo(RtcpType.NONE);
  }

  @Test
  void receiverReport() {
    RtcpReader report =
        Packets.first(
            Packets.hex("81c90007 5d931534 01932db4 20fffffe 00010002 00000003 00000004 00000005"));
    assertThat(report.type()).isEqualTo(RtcpType.RECEIVER_REPORT);
    assertThat(report.reportCount()).isEqualTo(1);
    assertThat(report.reportSsrc(0)).isEqualTo(0x01932db4);
    assertThat(report.fractionLost(0)).isEqualTo(0x20);
    assertThat(report.cumulativeLost(0)).isEqualTo(-2);
    assertThat(report.highestSequence(0)).isEqualTo(65_538);
    assertThat(report.jitter(0)).isEqualTo(3);
    assertThat(report.lastSenderReport(0)).isEqualTo(4);
    assertThat(report.delaySinceLastSenderReport(0)).isEqualTo(5);
  }

  @Test
  void nack() {
    RtcpReader nack = Packets.first(Packets.hex("81cd0003 00000001 0330bdee 0b8f0003"));
    assertThat(nack.type()).isEqualTo(RtcpType.NACK);
    assertThat(nack.senderSsrc()).isEqualTo(1);
    assertThat(nack.mediaSsrc()).isEqualTo(0x0330bdee);
    assertThat(nack.nackCount()).isEqualTo(1);
    assertThat(nack.nackPacketId(0)).isEqualTo(2_959);
    assertThat(nack.nackBitmask(0)).isEqualTo(3);
    int[] out = new int[5];
    assertThat(nack.nackSequences(out)).isEqualTo(3);
    assertThat(out).startsWith(2_959, 2_960, 2_961);
    assertThat(nack.nackSequences(new int[2])).isEqualTo(2);
  }

  @Test
  void nackAroundTheWrap() {
    RtcpReader nack = Packets.first(Packets.hex("81cd0003 00000001 00000002 fffe8001"));
    int[] out = new int[17];
    assertThat(nack.nackSequences(out)).isEqualTo(3);
    assertThat(out).startsWith(65_534, 65_535, 14);
  }

  @Test
  void remb() {
    RtcpReader remb =
        Packets.first(
            Packets.hex("8fce0006 fa17fa17 00000000 52454d42 0201df82 02d03702 04a76747"));
    assertThat(remb.type()).isEqualTo(RtcpType.REMB);
    assertThat(remb.rembBitrate()).isEqualTo(122_754);
    assertThat(remb.rembSsrcCount()).isEqualTo(2);
    assertThat(remb.rembSsrc(0)).isEqualTo(0x02d03702);
    assertThat(remb.rembSsrc(1)).isEqualTo(0x04a76747);
  }

  @Test
  void rembOfAnAbsurdRateIsTheGreatestNumber() {
    RtcpReader remb = Packets.first(Packets.hex("8fce0004 fa17fa17 00000000 52454d42 00ffffff"));
    assertThat(remb.rembBitrate()).isEqualTo(Long.MAX_VALUE);
    remb = Packets.first(Packets.hex("8fce0004 fa17fa17 00000000 52454d42 00fc0000"));
    assertThat(remb.rembBitrate()).isZero();
    remb = Packets.first(Packets.hex("8fce0004 fa17fa17 00000000 52454d42 00b7ffff"));
    assertThat(remb.rembBitrate()).isEqualTo(0x3FFFFL << 45);
    remb = Packets.first(Packets.hex("8fce0004 fa17fa17 00000000 52454d42 00bbffff"));
    assertThat(remb.rembBitrate()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void otherApplicationFeedbackIsOther() {
    assertThat(Packets.first(Packets.hex("8fce0004 fa17fa17 00000000 52454d43 00000000")).type())
        .isEqualTo(RtcpType.OTHER);
    assertThat(Packets.first(Packets.hex("8fce0002 fa17fa17 00000000")).type())
        .isEqualTo(RtcpType.OTHER);
  }

  @Test
  void stepsThroughACompoundWithPaddingAtTheEnd() {
    MemorySegment memory =
        Packets.hex(
            "80c90001 00000001"
                + "81ca0004 00000001 0205616263 646501 0261 6200"
                + "81ce0002 00000001 00000002"
                + "84ce0004 00000001 00000000 00000002 07000000"
                + "a1cb0002 00000001 00000004");
    assertThat(wrap(memory)).isTrue();
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.RECEIVER_REPORT);
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.SOURCE_DESCRIPTION);
    long cname = reader.cnameOffset();
    assertThat(
            new String(
                Bytes.toArray(memory, cname, reader.cnameLength()), StandardCharsets.US_ASCII))
        .isEqualTo("ab");
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.PLI);
    assertThat(reader.mediaSsrc()).isEqualTo(2);
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.FIR);
    assertThat(reader.firCount()).isEqualTo(1);
    assertThat(reader.firSsrc(0)).isEqualTo(2);
    assertThat(reader.firSequence(0)).isEqualTo(7);
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.BYE);
    assertThat(reader.byeCount()).isEqualTo(1);
    assertThat(reader.byeSsrc(0)).isEqualTo(1);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void tooShortForItsClaimIsMalformedAndTheNextIsRead() {
    MemorySegment memory = Packets.hex("82c90001 00000001 81ce0002 00000001 00000002");
    assertThat(wrap(memory)).isTrue();
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.MALFORMED);
    assertThat(reader.next()).isTrue();
    assertThat(reader.type()).isEqualTo(RtcpType.PLI);
  }

  @Test
  void saysWhyItIsNotRtcp() {
    assertThat(wrap(Packets.hex(""))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.TRUNCATED);
    assertThat(wrap(Packets.hex("80c90001 00000001 81ce"))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.TRUNCATED);
    assertThat(reader.next()).isFalse();
    assertThat(wrap(Packets.hex("40c90001 00000001"))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.BAD_VERSION);
    assertThat(wrap(Packets.hex("80c90002 00000001"))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.LENGTH_OVERRUN);
    assertThat(wrap(Packets.hex("a0c90001 00000000"))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.PADDING_OVERRUN);
    assertThat(wrap(Packets.hex("a0c90001 00000005"))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.PADDING_OVERRUN);
    assertThat(wrap(Packets.hex("a0c90000"))).isFalse();
    assertThat(reader.failure()).isEqualTo(RtcpFailure.PADDING_OVERRUN);
  }

  @Test
  void tellsRtcpFromRtp() {
    assertThat(RtcpReader.isRtcp(Packets.hex("80c8"), 0)).isTrue();
    assertThat(RtcpReader.isRtcp(Packets.hex("80cf"), 0)).isTrue();
    assertThat(RtcpReader.isRtcp(Packets.hex("806f"), 0)).isFalse();
    assertThat(RtcpReader.isRtcp(Packets.hex("80ef"), 0)).isFalse();
    assertThat(RtcpReader.isRtcp(Packets.hex("80bf"), 0)).isFalse();
  }

  /** Random bodies under plausible headers: every accessor stays within the packet. */
  @Test
  void randomBytes() {
    EnumSet<RtcpType> seen = EnumSet.noneOf(RtcpType.class);
    TransportFeedback feedback = new TransportFeedback();
    int[] out = new int[64];
    Packets.seeds(
        30_000,
        random -> {
          byte[] bytes = Packets.random(random, 4 * random.nextInt(20) + random.nextInt(20) / 19);
          MemorySegment memory = Packets.exact(bytes);
          for (int at = 0; at + 4 <= bytes.length && random.nextInt(20) != 0; ) {
            int words = random.nextInt(Math.min(12, (bytes.length - at) / 4));
            int type = random.nextInt(8) == 0 ? random.nextInt(256) : 200 + random.nextInt(8);
            int count =
                random.nextBoolean() ? random.nextInt(32) : new int[] {1, 4, 15}[random.nextInt(3)];
            int padding = random.nextInt(8) == 0 ? 1 << 29 : 0;
            Bytes.put32(memory, at, 2 << 30 | padding | count << 24 | type << 16 | words);
            if (type == 206 && count == 15 && words >= 4) {
              Bytes.put32(memory, at + 12L, 0x52454D42);
              Bytes.put8(memory, at + 16L, random.nextInt(5));
            }
            at += 4 * (words + 1);
          }
          wrap(memory);
          while (reader.next()) {
            seen.add(reader.type());
            touch(reader, feedback, out);
          }
        });
    assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.of(RtcpType.NONE)));
  }

  private static long touch(RtcpReader reader, TransportFeedback feedback, int[] out) {
    long sum = reader.senderSsrc();
    switch (reader.type()) {
      case SENDER_REPORT, RECEIVER_REPORT -> {
        if (reader.type() == RtcpType.SENDER_REPORT) {
          sum += reader.ntpTimestamp() + reader.octetCount();
        }
        for (int i = 0; i < reader.reportCount(); i++) {
          sum += reader.reportSsrc(i) + reader.delaySinceLastSenderReport(i);
        }
      }
      case SOURCE_DESCRIPTION -> {
        long at = reader.cnameOffset();
        if (at >= 0 && reader.cnameLength() > 0) {
          sum += Bytes.u8(reader.memory(), at + reader.cnameLength() - 1);
        }
      }
      case BYE -> {
        for (int i = 0; i < reader.byeCount(); i++) {
          sum += reader.byeSsrc(i);
        }
      }
      case NACK -> sum += reader.nackSequences(out) + reader.mediaSsrc();
      case PLI -> sum += reader.mediaSsrc();
      case FIR -> {
        for (int i = 0; i < reader.firCount(); i++) {
          sum += reader.firSsrc(i) + reader.firSequence(i);
        }
      }
      case REMB -> {
        assertThat(reader.rembBitrate()).isNotNegative();
        for (int i = 0; i < reader.rembSsrcCount(); i++) {
          sum += reader.rembSsrc(i);
        }
      }
      case TRANSPORT_FEEDBACK -> {
        boolean good = feedback.read(reader);
        int steps = 0;
        while (feedback.next()) {
          steps++;
          sum += feedback.arrivalTicks();
        }
        assertThat(steps).isEqualTo(good ? feedback.statusCount() : 0);
      }
      case NONE, EXTENDED_REPORT, OTHER, MALFORMED -> {}
    }
    return sum;
  }
}
