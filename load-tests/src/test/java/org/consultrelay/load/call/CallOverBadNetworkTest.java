package org.consultrelay.load.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.consultrelay.load.Needs;
import org.consultrelay.load.net.Direction;
import org.consultrelay.load.net.Impairment;
import org.consultrelay.load.net.LineCounts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fixture itself: a call over a line with loss and delay goes on, and is told of. */
@Timeout(180)
class CallOverBadNetworkTest {
  @BeforeAll
  static void needed() {
    Needs.badNetwork();
  }

  @Test
  void aCallGoesOnOverALineWithLossAndDelay() {
    // UDP only, so that media go by nothing else.
    try (BadCall call =
        BadCall.open(1, "tcp.icePort=off", "turn.udpPort=off", "turn.tcpPort=off")) {
      call.network().setBoth(Impairment.NONE.withDelay(40).withLoss(2));
      call.begin();
      call.goOn(8);

      for (BrowserStats stats : List.of(call.patientStats(), call.clinicianStats())) {
        List<StatsSample> seen = stats.between("inbound-rtp", "video", 0, 100);
        assertThat(seen).hasSizeGreaterThan(8);
        assertThat(BrowserStats.perSecond(seen, "framesDecoded")).isGreaterThan(5);
        List<StatsSample> heard = stats.between("inbound-rtp", "audio", 0, 100);
        assertThat(BrowserStats.perSecond(heard, "packetsReceived")).isGreaterThan(20);
      }
      // The line is where the patient's media go: its delay is seen, and its losses are.
      assertThat(call.patientStats().between("candidate-pair", "", 2, 100))
          .isNotEmpty()
          .anySatisfy(
              pair -> assertThat(pair.number("currentRoundTripTime")).isGreaterThanOrEqualTo(0.08));
      assertThat(call.patientStats().between("inbound-rtp", "video", 0, 100).getLast())
          .satisfies(video -> assertThat(video.number("nackCount")).isPositive());
      for (Direction direction : Direction.values()) {
        LineCounts counts = call.network().counts(direction);
        assertThat(counts.delivered()).isGreaterThan(500);
        assertThat(counts.lostAlone()).isPositive();
      }
    }
  }
}
