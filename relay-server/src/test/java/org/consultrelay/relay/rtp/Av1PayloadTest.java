package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Av1PayloadTest {
  private final Av1Payload payload = new Av1Payload();

  private boolean parse(String hex) {
    MemorySegment memory = Packets.hex(hex);
    return payload.parse(memory, 0, (int) memory.byteSize());
  }

  @Test
  void aNewSequence() {
    assertThat(parse("68 02 0a00 3012")).isTrue();
    assertThat(payload.startsSequence()).isTrue();
    assertThat(payload.keyFrame()).isTrue();
    assertThat(payload.isContinued()).isTrue();
    assertThat(payload.continues()).isFalse();
    assertThat(payload.obuCount()).isEqualTo(2);
    assertThat(payload.firstType()).isEqualTo(Av1Payload.SEQUENCE_HEADER);
  }

  @Test
  void aSequenceHeaderWithoutTheFlag() {
    assertThat(parse("10 0a 00")).isTrue();
    assertThat(payload.startsSequence()).isFalse();
    assertThat(payload.keyFrame()).isTrue();
  }

  @Test
  void aFrameAndWhatContinuesIt() {
    assertThat(parse("50 30 12")).isTrue();
    assertThat(payload.firstType()).isEqualTo(6);
    assertThat(payload.keyFrame()).isFalse();
    assertThat(parse("90 0a 12")).isTrue();
    assertThat(payload.continues()).isTrue();
    assertThat(payload.firstType()).isEqualTo(-1);
    assertThat(payload.keyFrame()).isFalse();
  }

  @Test
  void brokenOnes() {
    assertThat(parse("")).isFalse();
    assertThat(parse("10")).isFalse();
    assertThat(parse("98 00")).isFalse();
    assertThat(parse("00 05 30")).isFalse();
    assertThat(parse("00 80")).isFalse();
    assertThat(parse("00 ff ff ff ff ff ff 01")).isFalse();
  }

  @Property
  void anyBytes(@ForAll @Size(max = 40) byte[] bytes) {
    if (payload.parse(Packets.exact(bytes), 0, bytes.length)) {
      assertThat(payload.firstType()).isBetween(-1, 15);
    }
  }
}
