package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpusPayloadTest {
  /** The table of RFC 6716 §3.1. */
  @Test
  void frameLengths() {
    int[] micros = {
      10_000, 20_000, 40_000, 60_000, 10_000, 20_000, 40_000, 60_000, 10_000, 20_000, 40_000,
      60_000, 10_000, 20_000, 10_000, 20_000, 2_500, 5_000, 10_000, 20_000, 2_500, 5_000, 10_000,
      20_000, 2_500, 5_000, 10_000, 20_000, 2_500, 5_000, 10_000, 20_000
    };
    for (int config = 0; config < 32; config++) {
      assertThat(OpusPayload.frameMicros(config << 3 | 7)).isEqualTo(micros[config]);
    }
  }

  @Test
  void countsFramesAndChannels() {
    assertThat(OpusPayload.frameCount(0xF8, 0)).isEqualTo(1);
    assertThat(OpusPayload.frameCount(0xF9, 0)).isEqualTo(2);
    assertThat(OpusPayload.frameCount(0xFA, 0)).isEqualTo(2);
    assertThat(OpusPayload.frameCount(0xFB, 0xC3)).isEqualTo(3);
    assertThat(OpusPayload.channels(0xF8)).isEqualTo(1);
    assertThat(OpusPayload.channels(0xFC)).isEqualTo(2);
  }

  @Test
  void silenceIsShort() {
    assertThat(OpusPayload.isDtx(1)).isTrue();
    assertThat(OpusPayload.isDtx(2)).isTrue();
    assertThat(OpusPayload.isDtx(3)).isFalse();
  }
}
