package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class RtxPayloadTest {
  private final RtpPacket packet = new RtpPacket();

  private void parse(MemorySegment memory) {
    int length = (int) memory.byteSize();
    assertThat(packet.parse(memory, 0, length)).isTrue();
    assertThat(packet.decrypted(length)).isTrue();
  }

  @Test
  void restoresTheOriginalInPlace() {
    MemorySegment memory =
        Packets.hex("b0e1 0007 01020304 0a0b0c0d bede0001 10aa0000 1234 112233 0002");
    parse(memory);
    assertThat(RtxPayload.originalSequenceNumber(packet)).isEqualTo(0x1234);
    assertThat(RtxPayload.restore(packet, 96, 0x55667788)).isTrue();
    assertThat(packet.offset()).isEqualTo(2);
    assertThat(packet.sequenceNumber()).isEqualTo(0x1234);
    assertThat(packet.payloadType()).isEqualTo(96);
    assertThat(packet.marker()).isTrue();
    assertThat(packet.ssrc()).isEqualTo(0x55667788);
    assertThat(packet.timestamp()).isEqualTo(0x01020304);
    assertThat(packet.paddingLength()).isEqualTo(2);
    assertThat(Packets.toHex(memory, packet.payloadOffset(), packet.payloadLength()))
        .isEqualTo("112233");
    assertThat(Bytes.u8(memory, packet.findExtension(1))).isEqualTo(0xaa);
  }

  @Test
  void whatCarriesNoOriginalIsLeftAlone() {
    for (String hex :
        new String[] {
          "8061 0007 01020304 0a0b0c0d", "8061 0007 01020304 0a0b0c0d 11",
          "a061 0007 01020304 0a0b0c0d 00000003", "a061 0007 01020304 0a0b0c0d 00000004"
        }) {
      MemorySegment memory = Packets.hex(hex);
      parse(memory);
      assertThat(RtxPayload.originalSequenceNumber(packet)).isEqualTo(-1);
      assertThat(RtxPayload.restore(packet, 96, 1)).isFalse();
      assertThat(packet.payloadType()).isEqualTo(97);
      assertThat(Packets.toHex(memory, 0, (int) memory.byteSize())).isEqualTo(hex.replace(" ", ""));
    }
  }

  @Test
  void anEmptyOriginalIsRestored() {
    parse(Packets.hex("8061 0007 01020304 0a0b0c0d 1234"));
    assertThat(RtxPayload.restore(packet, 96, 1)).isTrue();
    assertThat(packet.payloadLength()).isZero();
    assertThat(packet.sequenceNumber()).isEqualTo(0x1234);
  }

  @Test
  void writesItsHeader() {
    MemorySegment memory = Packets.exact(new byte[2]);
    RtxPayload.write(memory, 0, 65_535);
    assertThat(Packets.toHex(memory, 0, 2)).isEqualTo("ffff");
  }
}
