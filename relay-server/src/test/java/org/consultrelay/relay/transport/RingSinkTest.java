package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RingSinkTest {
  private final Handovers handovers = new Handovers(2);
  private final RingSink sink =
      new RingSink(handovers.ring(0, 1), 3, new TransportAddress(1, 2, 4_000));

  @AfterEach
  void free() {
    handovers.close();
  }

  @Test
  void aPacketGoesIntoTheRing() {
    write(SlotPool.CAPACITY);
    assertThat(handovers.handedOver(0)).isEqualTo(1);
    assertThat(handovers.tooLong(0)).isZero();
  }

  /** Whoever writes does not know: it goes nowhere, is counted, and the next one is taken. */
  @Test
  void aPacketThatIsTooLongIsCounted() {
    write(SlotPool.CAPACITY + 1);
    write(65_535);
    assertThat(handovers.handedOver(0)).isZero();
    assertThat(handovers.tooLong(0)).isEqualTo(2);
    assertThat(handovers.full(0)).isZero();
    write(100);
    assertThat(handovers.handedOver(0)).isEqualTo(1);
  }

  @Test
  void aPacketThatFindsTheRingFullIsCountedAsThat() {
    int packets = 0;
    while (handovers.full(0) == 0) {
      write(100);
      packets++;
    }
    assertThat(handovers.handedOver(0)).isEqualTo(packets - 1);
    assertThat(handovers.tooLong(0)).isZero();
  }

  private void write(int length) {
    long at = sink.claim(length);
    MemorySegment to = sink.memory().asSlice(at, length);
    to.fill((byte) 1);
    sink.commit(length);
  }
}
