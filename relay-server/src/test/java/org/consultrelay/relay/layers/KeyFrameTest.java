package org.consultrelay.relay.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFrameTest {
  @ParameterizedTest
  @CsvSource({
    "OPUS, 78, true",
    "VP8, 1000, true",
    "VP8, 1001, false",
    "H264, 6742, true",
    "H264, 4180, false",
    "VP9, 0c00, true",
    "VP9, 4c00, false",
    "VP9, 280300, false",
    "AV1, 180a, true",
    "AV1, 100a, true",
    "AV1, 1030, false",
    "AV1, 900a, false",
    "H265, 2601, false"
  })
  void tellsWhereADecoderCanStart(Codec codec, String payload, boolean starts) {
    byte[] bytes = HexFormat.of().parseHex("806000010000000100000001" + payload);
    RtpPacket rtp = new RtpPacket();
    assertThat(rtp.parse(MemorySegment.ofArray(bytes), 0, bytes.length)).isTrue();
    assertThat(rtp.decrypted(bytes.length)).isTrue();
    PacketFacts facts = new PacketFacts();
    new PacketReader(codec).read(rtp, 1, facts);
    assertThat(facts.keyFrame()).isEqualTo(starts);
  }
}
