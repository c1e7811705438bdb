package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Vp9DescriptorTest {
  private final Vp9Descriptor descriptor = new Vp9Descriptor();

  private boolean parse(String hex) {
    MemorySegment memory = Packets.hex(hex);
    return descriptor.parse(memory, 0, (int) memory.byteSize());
  }

  @Test
  void aKeyPictureWithItsStructure() {
    // I, L, B, V; id 0x1234; T0 U0 S0 D0; TL0PICIDX 7; three layers with sizes, a group of two.
    assertThat(parse("aa 9234 00 07 58 0140 00b4 0280 0168 0500 02d0 02 04 02 38 01 02 80"))
        .isTrue();
    assertThat(descriptor.keyFrame()).isTrue();
    assertThat(descriptor.pictureId()).isEqualTo(0x1234);
    assertThat(descriptor.pictureIdOffset()).isEqualTo(1);
    assertThat(descriptor.pictureIdSize()).isEqualTo(2);
    assertThat(descriptor.tl0PicIdx()).isEqualTo(7);
    assertThat(descriptor.tl0PicIdxOffset()).isEqualTo(4);
    assertThat(descriptor.spatialLayers()).isEqualTo(3);
    assertThat(descriptor.width()).isEqualTo(1_280);
    assertThat(descriptor.height()).isEqualTo(720);
    assertThat(descriptor.isFlexible()).isFalse();
    assertThat(descriptor.startsFrame()).isTrue();
    assertThat(descriptor.endsFrame()).isFalse();
    assertThat(descriptor.descriptorLength()).isEqualTo(24);
  }

  @Test
  void flexibleWithReferences() {
    // I, P, L, F, E, Z; id 5; T2 U1 S1 D1; references 1 and 3 back.
    assertThat(parse("f5 05 53 03 06 99")).isTrue();
    assertThat(descriptor.keyFrame()).isFalse();
    assertThat(descriptor.isFlexible()).isTrue();
    assertThat(descriptor.interPicturePredicted()).isTrue();
    assertThat(descriptor.endsFrame()).isTrue();
    assertThat(descriptor.notForUpperLayers()).isTrue();
    assertThat(descriptor.pictureId()).isEqualTo(5);
    assertThat(descriptor.pictureIdSize()).isEqualTo(1);
    assertThat(descriptor.temporalId()).isEqualTo(2);
    assertThat(descriptor.switchingUpPoint()).isTrue();
    assertThat(descriptor.spatialId()).isEqualTo(1);
    assertThat(descriptor.interLayerPredicted()).isTrue();
    assertThat(descriptor.tl0PicIdx()).isEqualTo(-1);
    assertThat(descriptor.referenceCount()).isEqualTo(2);
    assertThat(descriptor.reference(0)).isEqualTo(1);
    assertThat(descriptor.reference(1)).isEqualTo(3);
    assertThat(descriptor.descriptorLength()).isEqualTo(5);
  }

  @Test
  void aHigherLayerWithoutPredictionIsNoKeyPicture() {
    assertThat(parse("a8 05 03 01")).isTrue();
    assertThat(descriptor.spatialId()).isEqualTo(1);
    assertThat(descriptor.keyFrame()).isFalse();
  }

  @Test
  void nothingButFlags() {
    assertThat(parse("0c")).isTrue();
    assertThat(descriptor.keyFrame()).isTrue();
    assertThat(descriptor.temporalId()).isEqualTo(-1);
    assertThat(descriptor.spatialId()).isEqualTo(-1);
    assertThat(descriptor.switchingUpPoint()).isFalse();
    assertThat(descriptor.descriptorLength()).isEqualTo(1);
  }

  @Test
  void brokenOnes() {
    assertThat(parse("")).isFalse();
    assertThat(parse("80")).isFalse();
    assertThat(parse("8081")).isFalse();
    assertThat(parse("20")).isFalse();
    assertThat(parse("2000")).isFalse();
    assertThat(parse("50")).isFalse();
    // A fourth reference, and one that does not end.
    assertThat(parse("5003050709")).isFalse();
    assertThat(parse("5003")).isFalse();
    assertThat(parse("02")).isFalse();
    assertThat(parse("0230000000")).isFalse();
    assertThat(parse("0208")).isFalse();
    assertThat(parse("02080200")).isFalse();
    assertThat(parse("0208010c0000")).isFalse();
  }

  @Property
  void anyBytes(@ForAll @Size(max = 60) byte[] bytes) {
    // The segment ends with the payload: a read too far throws.
    if (descriptor.parse(Packets.exact(bytes), 0, bytes.length)) {
      assertThat(descriptor.descriptorLength()).isBetween(1, bytes.length);
      assertThat(descriptor.pictureId()).isBetween(-1, 0x7FFF);
      assertThat(descriptor.spatialId()).isBetween(-1, 7);
      assertThat(descriptor.temporalId()).isBetween(-1, 7);
    }
  }
}
