package org.consultrelay.load.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.OpusPayload;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class OpusSourceTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(2_048);

  @Test
  void talkHasTheBitRateThatWasAskedFor() {
    OpusSource source = new OpusSource(32, false, 1);
    long bytes = 0;
    int talk = 0;
    for (int i = 0; i < 50_000; i++) {
      int length = source.nextPacket();
      assertThat(length).isPositive();
      assertThat(source.marker()).isFalse();
      if (source.talking()) {
        talk++;
        bytes += length;
      }
    }
    assertThat(talk).isBetween(15_000, 35_000);
    assertThat(bytes * 8.0 / (talk * 20)).isCloseTo(32, within(1.0));
  }

  @Test
  void everyPacketSaysTwentyMillisecondsAndHasAStamp() {
    OpusSource source = new OpusSource(24, false, 2);
    StampReader reader = new StampReader();
    for (int i = 0; i < 1_000; i++) {
      int length = source.nextPacket();
      assertThat(source.write(memory, 0)).isEqualTo(length);
      int toc = Bytes.u8(memory, 0);
      assertThat(OpusPayload.frameMicros(toc)).isEqualTo(20_000);
      assertThat(OpusPayload.frameCount(toc, 0)).isEqualTo(1);
      Stamp.write(memory, source.stampOffset(), 5, 0, i, 7, 8);
      assertThat(reader.read(Codec.OPUS, memory, 0, length)).isTrue();
      assertThat(reader.stamp().counter()).isEqualTo(i);
    }
  }

  @Test
  void dtxSendsOneByteEachFourHundredMillisecondsAndMarksWhereTalkBegins() {
    OpusSource source = new OpusSource(32, true, 3);
    int sinceSent = 0;
    boolean talked = true;
    int marks = 0;
    for (int i = 0; i < 20_000; i++) {
      int length = source.nextPacket();
      assertThat(source.marker()).as("packet %s", i).isEqualTo(source.talking() && !talked);
      marks += source.marker() ? 1 : 0;
      talked = source.talking();
      sinceSent++;
      if (length > 0) {
        if (!source.talking()) {
          assertThat(OpusPayload.isDtx(length)).isTrue();
          assertThat(source.stampOffset()).isEqualTo(-1);
        }
        assertThat(sinceSent).isLessThanOrEqualTo(20);
        sinceSent = 0;
      }
    }
    assertThat(marks).isGreaterThan(50);
  }
}
