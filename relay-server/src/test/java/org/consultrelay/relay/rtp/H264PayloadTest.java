package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class H264PayloadTest {
  private final H264Payload payload = new H264Payload();

  private boolean parse(String hex) {
    MemorySegment memory = Packets.hex(hex);
    return payload.parse(memory, 0, (int) memory.byteSize());
  }

  @Test
  void singleUnits() {
    assertThat(parse("67 42c01f")).isTrue();
    assertThat(payload.startsSps()).isTrue();
    assertThat(payload.keyFrame()).isTrue();
    assertThat(payload.startsPicture()).isTrue();
    assertThat(parse("65 88")).isTrue();
    assertThat(payload.startsIdr()).isTrue();
    assertThat(payload.keyFrame()).isTrue();
    // A second slice of the IDR picture: first_mb_in_slice is not 0.
    assertThat(parse("65 48")).isTrue();
    assertThat(payload.startsIdr()).isTrue();
    assertThat(payload.keyFrame()).isFalse();
    assertThat(payload.startsPicture()).isFalse();
    assertThat(parse("41 9a")).isTrue();
    assertThat(payload.startsPicture()).isTrue();
    assertThat(payload.keyFrame()).isFalse();
    assertThat(parse("41")).isTrue();
    assertThat(payload.startsPicture()).isFalse();
  }

  @Test
  void aggregationOfParameterSetsAndAnIdrSlice() {
    assertThat(parse("78 0003 67aabb 0002 68cc 0002 6588")).isTrue();
    assertThat(payload.startsSps()).isTrue();
    assertThat(payload.startsPps()).isTrue();
    assertThat(payload.startsIdr()).isTrue();
    assertThat(payload.keyFrame()).isTrue();
    assertThat(payload.startsPicture()).isTrue();
    assertThat(parse("78 0002 419a 0002 4148")).isTrue();
    assertThat(payload.keyFrame()).isFalse();
    assertThat(payload.startsPicture()).isTrue();
  }

  @Test
  void fragmentsCountAtTheirStart() {
    assertThat(parse("7c 85 88")).isTrue();
    assertThat(payload.keyFrame()).isTrue();
    assertThat(payload.startsPicture()).isTrue();
    assertThat(parse("7c 05 88")).isTrue();
    assertThat(payload.startsIdr()).isFalse();
    assertThat(payload.keyFrame()).isFalse();
    assertThat(parse("7c 45 88")).isTrue();
    assertThat(payload.startsPicture()).isFalse();
  }

  @Test
  void whatIsBroken() {
    for (String hex :
        new String[] {
          "", "60", "7c", "78", "780000", "78000367aa", "7800", "7900", "7f", "7800000002419a"
        }) {
      assertThat(parse(hex)).as(hex).isFalse();
      assertThat(payload.keyFrame()).as(hex).isFalse();
    }
  }

  @Test
  void randomBytes() {
    int[] good = new int[1];
    Packets.seeds(
        20_000,
        random -> {
          byte[] bytes = Packets.random(random, random.nextInt(24));
          if (bytes.length > 2 && random.nextBoolean()) {
            bytes[0] = 24;
            bytes[1] = 0;
            bytes[2] &= 15;
          }
          if (payload.parse(Packets.exact(bytes), 0, bytes.length)) {
            good[0]++;
          }
        });
    assertThat(good[0]).isGreaterThan(5_000);
  }
}
