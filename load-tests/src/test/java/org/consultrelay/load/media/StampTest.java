package org.consultrelay.load.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class StampTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(64);
  private final Stamp stamp = new Stamp();

  @Test
  void readsWhatWasWritten() {
    Stamp.write(memory, 3, 0xCAFE_F00D, 200, 1L << 40, 5_000_000_000L, 5_000_123_456L);
    assertThat(stamp.read(memory, 3, 61)).isTrue();
    assertThat(stamp.publisher()).isEqualTo(0xCAFE_F00D);
    assertThat(stamp.stream()).isEqualTo(200);
    assertThat(stamp.counter()).isEqualTo(1L << 40);
    assertThat(stamp.dueNanos()).isEqualTo(5_000_000_000L);
    assertThat(stamp.sentNanos()).isEqualTo(5_000_123_456L);
  }

  @Test
  void latenessOfMoreThanFourSecondsIsCutAndEarlinessIsNone() {
    Stamp.write(memory, 0, 1, 1, 1, 0, 60_000_000_000L);
    assertThat(stamp.read(memory, 0, 32)).isTrue();
    assertThat(stamp.sentNanos()).isEqualTo(0xFFFF_FFFFL);
    Stamp.write(memory, 0, 1, 1, 1, 1_000, 10);
    assertThat(stamp.read(memory, 0, 32)).isTrue();
    assertThat(stamp.sentNanos()).isEqualTo(1_000);
  }

  @Test
  void anyFlippedBitIsFound() {
    for (int bit = 0; bit < 8 * Stamp.LENGTH; bit++) {
      Stamp.write(memory, 0, 77, 1, 12_345, 1L << 50, (1L << 50) + 9);
      Bytes.put8(memory, bit >> 3, Bytes.u8(memory, bit >> 3) ^ 1 << (bit & 7));
      assertThat(stamp.read(memory, 0, 64)).as("bit %s", bit).isFalse();
    }
  }

  @Test
  void doesNotReadOverTheEnd() {
    Stamp.write(memory, 0, 77, 1, 1, 1, 1);
    assertThat(stamp.read(memory, 0, 31)).isFalse();
  }
}
