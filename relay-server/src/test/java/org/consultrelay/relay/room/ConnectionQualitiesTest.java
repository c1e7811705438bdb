package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.relay.room.ParticipantQuality.Level;
import org.consultrelay.relay.sfu.OpinionScore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What loss and delay mean in one word. */
class ConnectionQualitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, EXCELLENT",
    "0, 150, EXCELLENT",
    "1, 50, EXCELLENT",
    "5, 50, GOOD",
    "10, 100, GOOD",
    "20, 50, POOR",
    "0, 1500, POOR",
    "100, 3000, POOR"
  })
  void words(double loss, double rtt, Level level) {
    float score = OpinionScore.of(loss, rtt);
    assertThat(score).isBetween(1f, 5f);
    assertThat(ConnectionQualities.level(score)).as("score " + score).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({"0", "100", "400", "1000"})
  void moreLossIsNeverBetter(double rtt) {
    float before = 6;
    for (int loss = 0; loss <= 100; loss += 5) {
      float now = OpinionScore.of(loss, rtt);
      assertThat(now).isLessThanOrEqualTo(before);
      before = now;
    }
  }
}
