package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Crc32cTest {
  @Test
  void zerosAsInRfc3720() {
    // RFC 3720 B.4: 32 bytes of zeroes have aa 36 91 8a; the field's own four count as zero.
    byte[] packet = new byte[32];
    new Crc32c().seal(MemorySegment.ofArray(packet), packet.length);
    assertThat(Arrays.copyOfRange(packet, 8, 12)).isEqualTo(HexFormat.of().parseHex("aa36918a"));
    assertThat(new Crc32c().isRight(MemorySegment.ofArray(packet), 0, 32)).isTrue();
  }

  @Test
  void everyByteCounts() {
    byte[] packet = Packets.packet(77, writer -> writer.emptyChunk(Chunks.COOKIE_ACK, 0));
    MemorySegment memory = MemorySegment.ofArray(packet);
    assertThat(new Crc32c().isRight(memory, 0, packet.length)).isTrue();
    for (int i = 0; i < packet.length; i++) {
      packet[i] ^= 0x10;
      assertThat(new Crc32c().isRight(memory, 0, packet.length)).as("byte %s", i).isFalse();
      packet[i] ^= 0x10;
    }
  }
}
