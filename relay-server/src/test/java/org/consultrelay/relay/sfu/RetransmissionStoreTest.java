package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetransmissionStoreTest {
  private static final long SECOND = 1_000_000_000L;

  private final SlotPool pool = new SlotPool(Arena.ofAuto().allocate(SlotPool.STRIDE * 2_000L));
  private final RetransmissionStore store = new RetransmissionStore(pool);
  private final RtpPacket packet = new RtpPacket();

  @Test
  void keepsASecond() {
    put(70_000, 0);
    assertThat(store.read(70_000, packet)).isTrue();
    assertThat(packet.sequenceNumber()).isEqualTo(70_000 - 65_536);
    assertThat(packet.length()).isEqualTo(900);
    assertThat(store.read(69_999, packet)).isFalse();
    put(70_001, SECOND + 1);
    assertThat(store.read(70_000, packet)).isFalse();
    assertThat(pool.available()).isEqualTo(pool.slots() - 1);
    store.expire(3 * SECOND);
    assertThat(pool.available()).isEqualTo(pool.slots());
  }

  @Test
  void takesALatePacketIn() {
    put(10, 0);
    put(12, 0);
    assertThat(store.read(11, packet)).isFalse();
    put(11, 0);
    assertThat(store.read(11, packet)).isTrue();
    assertThat(packet.sequenceNumber()).isEqualTo(11);
  }

  private void put(long index, long nowNanos) {
    int slot = pool.claim();
    long at = SlotPool.offset(slot) + 2;
    Bytes.put32(pool.memory(), at, 0x8060_0000 | ((int) index & 0xFFFF));
    store.put(index, slot, 2, 900, nowNanos);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void losesNoSlotWhateverComes(long seed) {
    Random random = new Random(seed);
    long now = 0;
    long index = 1 << 20;
    for (int i = 0; i < 50_000; i++) {
      now += random.nextInt(20_000_000);
      index =
          switch (random.nextInt(50)) {
            case 0 -> index + random.nextInt(5_000);
            case 1 -> Math.max(0, index - random.nextInt(5_000));
            default -> index + random.nextInt(3);
          };
      put(index, now);
      assertThat(pool.slots() - pool.available()).isLessThanOrEqualTo(RetransmissionStore.CAPACITY);
    }
    store.clear();
    assertThat(pool.available()).isEqualTo(pool.slots());
  }
}
