package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which rooms only the loudest are sent. */
class RoomLimitsTest {
  @ParameterizedTest
  @CsvSource({"2, 0", "5, 0", "12, 0", "13, 6", "500, 6"})
  void onlyLargeRoomsAreLimited(int participants, int tracks) {
    RoomLimits limits = new RoomLimits(Duration.ZERO, Duration.ZERO, 1, 1_000, 1_000, false, 6, 12);
    assertThat(limits.audioTracks(participants)).isEqualTo(tracks);
  }

  @ParameterizedTest
  @CsvSource({"2", "500"})
  void zeroIsNoLimit(int participants) {
    RoomLimits limits = new RoomLimits(Duration.ZERO, Duration.ZERO, 1, 1_000, 1_000, false, 0, 12);
    assertThat(limits.audioTracks(participants)).isZero();
  }
}
