package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReceiveStreamTest {

  @Test
  void guessesTheNearestIndex() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 100_000; i++) {
      // Between the first and the last roll-over there is room on both sides.
      long highest = random.nextLong(1L << 16, (1L << 48) - (1L << 16));
      int sequenceNumber = random.nextInt(1 << 16);
      ReceiveStream stream = new ReceiveStream(1);
      stream.rtp.mark(highest);

      long guess = stream.estimateIndex(sequenceNumber);

      assertThat(guess & 0xFFFF).isEqualTo(sequenceNumber);
      assertThat(Math.abs(guess - highest))
          .as("sequence number %d after index %d", sequenceNumber, highest)
          .isLessThanOrEqualTo(0x8000);
    }
  }

  @Test
  void thereIsNothingBeforeTheFirstRollover() {
    ReceiveStream stream = new ReceiveStream(1);
    assertThat(stream.estimateIndex(65_000)).isEqualTo(65_000);
    stream.rtp.mark(10);

    assertThat(stream.estimateIndex(65_000)).isEqualTo(65_000);
  }

  @Test
  void theLastRolloverIsFollowedByNone() {
    ReceiveStream stream = new ReceiveStream(1);
    stream.rtp.mark((1L << 48) - 1);

    assertThat(stream.rtp.isFresh(stream.estimateIndex(0))).isFalse();
  }
}
