package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.consultrelay.relay.sfu.LineSummary;
import org.junit.jupiter.api.Test;

/** How a call was, in one line. */
class QualityTextTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  @Test
  void everythingThatIsKnownIsThere() {
    LineSummary line =
        new LineSummary(
            15_000,
            45,
            30_000,
            360,
            34 * MILLI,
            120 * MILLI,
            3 * MILLI,
            5 * MILLI,
            2,
            1_300 * MILLI,
            4.26f,
            3.1f,
            1_200_000,
            310_000,
            List.of(60, 120, 600),
            20);
    assertThat(QualityText.of(line, 800 * SECOND))
        .isEqualTo(
            "after 800 s; score 4.3, lowest 3.1; in 15000 packets, 0.3 % lost; out 30000 packets,"
                + " 1.2 % lost; round trip 34 ms, longest 120 ms; jitter 3 ms in, 5 ms out; line"
                + " 1200 kbit/s, lowest 310 kbit/s; 2 freezes of 1.3 s; pictures 0: 8 %, 1: 15 %,"
                + " 2: 75 %, none: 3 %");
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    LineSummary line =
        new LineSummary(500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4.4f, 4.4f, 0, 0, List.of(), 0);
    assertThat(QualityText.of(line, 10 * SECOND))
        .isEqualTo("after 10 s; score 4.4, lowest 4.4; in 500 packets, 0.0 % lost");
  }

  @Test
  void whoeverNeverSpokeHasNoQuality() {
    LineSummary line = new LineSummary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), 0);
    assertThat(QualityText.of(line, 30 * SECOND)).isEqualTo("after 30 s");
  }
}
