package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandshakeTrialTest {
  @Test
  void shakesHandsAsOftenAsAskedFor() throws Exception {
    assertThat(HandshakeTrial.run(List.of(1), 5, Duration.ofSeconds(30))).isEqualTo(5);
  }

  @Test
  void endsWhenTheTimeIsUp() throws Exception {
    assertThat(HandshakeTrial.run(List.of(1), 1_000, Duration.ZERO)).isZero();
  }
}
