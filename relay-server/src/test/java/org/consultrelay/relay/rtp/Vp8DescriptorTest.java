package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class Vp8DescriptorTest {
  private final Vp8Descriptor descriptor = new Vp8Descriptor();

  private boolean parse(String hex) {
    MemorySegment memory = Packets.hex(hex);
    return descriptor.parse(memory, 0, (int) memory.byteSize());
  }

  @Test
  void pictureIdOfSevenBits() {
    assertThat(parse("d0801100")).isTrue();
    assertThat(descriptor.descriptorLength()).isEqualTo(3);
    assertThat(descriptor.nonReference()).isFalse();
    assertThat(descriptor.partitionStart()).isTrue();
    assertThat(descriptor.partitionIndex()).isZero();
    assertThat(descriptor.pictureId()).isEqualTo(17);
    assertThat(descriptor.pictureIdOffset()).isEqualTo(2);
    assertThat(descriptor.pictureIdSize()).isEqualTo(1);
    assertThat(descriptor.tl0PicIdx()).isEqualTo(-1);
    assertThat(descriptor.temporalId()).isEqualTo(-1);
    assertThat(descriptor.keyIndex()).isEqualTo(-1);
    assertThat(descriptor.keyFrame()).isTrue();
    assertThat(descriptor.width()).isEqualTo(-1);
  }

  @Test
  void layersWithoutPictureId() {
    assertThat(parse("883ee400")).isTrue();
    assertThat(descriptor.descriptorLength()).isEqualTo(3);
    assertThat(descriptor.pictureId()).isEqualTo(-1);
    assertThat(descriptor.pictureIdSize()).isZero();
    assertThat(descriptor.temporalId()).isEqualTo(3);
    assertThat(descriptor.layerSync()).isTrue();
    assertThat(descriptor.keyIndex()).isEqualTo(4);
    assertThat(descriptor.startsFrame()).isFalse();
    assertThat(descriptor.keyFrame()).isFalse();
  }

  @Test
  void everythingPresent() {
    assertThat(parse("b2f0 9234 07 a5 01")).isTrue();
    assertThat(descriptor.descriptorLength()).isEqualTo(6);
    assertThat(descriptor.nonReference()).isTrue();
    assertThat(descriptor.partitionIndex()).isEqualTo(2);
    assertThat(descriptor.pictureId()).isEqualTo(0x1234);
    assertThat(descriptor.pictureIdSize()).isEqualTo(2);
    assertThat(descriptor.tl0PicIdx()).isEqualTo(7);
    assertThat(descriptor.tl0PicIdxOffset()).isEqualTo(4);
    assertThat(descriptor.temporalId()).isEqualTo(2);
    assertThat(descriptor.layerSync()).isTrue();
    assertThat(descriptor.keyIndex()).isEqualTo(5);
    // A new partition, but not the first: no frame begins.
    assertThat(descriptor.startsFrame()).isFalse();
  }

  @Test
  void keyIndexAloneIsNoTemporalLayer() {
    assertThat(parse("8010 e500")).isTrue();
    assertThat(descriptor.temporalId()).isEqualTo(-1);
    assertThat(descriptor.layerSync()).isFalse();
    assertThat(descriptor.keyIndex()).isEqualTo(5);
  }

  @Test
  void shortDescriptorAndTheSizeOfAKeyFrame() {
    // 640x480 with scaling bits set in both fields.
    assertThat(parse("10 500200 9d012a 8042 e041")).isTrue();
    assertThat(descriptor.descriptorLength()).isEqualTo(1);
    assertThat(descriptor.keyFrame()).isTrue();
    assertThat(descriptor.width()).isEqualTo(640);
    assertThat(descriptor.height()).isEqualTo(480);
    assertThat(parse("10 510200 9d012a 8042 e041")).isTrue();
    assertThat(descriptor.keyFrame()).isFalse();
    assertThat(descriptor.width()).isEqualTo(-1);
  }

  @Test
  void cutShort() {
    for (String hex :
        new String[] {"", "80", "d080", "d08091", "d0c011", "d0c0911234", "b2f0923407"}) {
      boolean good = parse(hex);
      assertThat(good).as(hex).isEqualTo(hex.equals("d0c0911234"));
    }
  }

  @Test
  void rewritesInPlace() {
    MemorySegment memory = Packets.hex("b2f0 9234 07 a5 01");
    assertThat(descriptor.parse(memory, 0, 7)).isTrue();
    Vp8Descriptor.putPictureId(
        memory, descriptor.pictureIdOffset(), descriptor.pictureIdSize(), 0x7FFF);
    Vp8Descriptor.putTl0PicIdx(memory, descriptor.tl0PicIdxOffset(), 255);
    assertThat(Packets.toHex(memory, 0, 7)).isEqualTo("b2f0ffffffa501");
    assertThat(descriptor.parse(memory, 0, 7)).isTrue();
    assertThat(descriptor.pictureId()).isEqualTo(0x7FFF);
    MemorySegment narrow = Packets.hex("d0801100");
    Vp8Descriptor.putPictureId(narrow, 2, 1, 0x7FFF);
    assertThat(Packets.toHex(narrow, 0, 4)).isEqualTo("d0807f00");
    Vp8Descriptor.putPictureId(narrow, 2, 0, 1);
    assertThat(Packets.toHex(narrow, 0, 4)).isEqualTo("d0807f00");
  }

  @Test
  void randomBytes() {
    Packets.seeds(
        20_000,
        random -> {
          byte[] bytes = Packets.random(random, random.nextInt(16));
          MemorySegment memory = Packets.exact(bytes);
          if (descriptor.parse(memory, 0, bytes.length)) {
            assertThat(descriptor.descriptorLength()).isBetween(1, Math.min(6, bytes.length));
            if (descriptor.pictureIdSize() > 0) {
              int id = random.nextInt(1 << (descriptor.pictureIdSize() == 1 ? 7 : 15));
              int tl0 = descriptor.tl0PicIdx();
              Vp8Descriptor.putPictureId(
                  memory, descriptor.pictureIdOffset(), descriptor.pictureIdSize(), id);
              assertThat(descriptor.parse(memory, 0, bytes.length)).isTrue();
              assertThat(descriptor.pictureId()).isEqualTo(id);
              assertThat(descriptor.tl0PicIdx()).isEqualTo(tl0);
            }
            if (descriptor.tl0PicIdx() >= 0) {
              assertThat(Bytes.u8(memory, descriptor.tl0PicIdxOffset()))
                  .isEqualTo(descriptor.tl0PicIdx());
            }
          }
        });
  }
}
