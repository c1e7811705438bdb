package org.consultrelay.load.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import org.consultrelay.load.Needs;
import org.consultrelay.load.net.NetworkScript;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A consultation between two Chromiums adapts to lines and to the size it is shown in. The limits
 * are wide: the figures of docs/quality.md are better, but this machine may be busy.
 */
@Timeout(240)
class AdaptingCallTest {
  private static final String[] UDP_ONLY = {
    "tcp.icePort=off", "turn.udpPort=off", "turn.tcpPort=off"
  };

  /** Pictures of the size before that may still come: three seconds of them. */
  private static final int MOST_PICTURES = 60;

  @BeforeAll
  static void needed() {
    Needs.badNetwork();
  }

  @Test
  void soundAndPictureGoOnOverANarrowLineAndComeBackAfterNone() {
    QualityScenario narrow =
        new QualityScenario(
            "narrow", "0s both 350kbit queue 300ms delay 20ms\n25s both loss 100%", 25, 12, 0);
    try (BadCall call = BadCall.open(3, UDP_ONLY)) {
      call.begin();
      narrow.begin(call.network());
      call.goOn(24);
      for (BrowserStats stats : List.of(call.patientStats(), call.clinicianStats())) {
        CallQuality quality = CallQuality.of(stats, narrow);
        assertThat(quality.framesPerSecond()).as("%s", quality).isGreaterThanOrEqualTo(10);
        assertThat(quality.concealed()).as("%s", quality).isLessThan(3);
      }
      call.goOn(6);
      double end = call.patientStats().samples().getLast().seconds();
      call.network().follow(NetworkScript.parse("0s both loss 0"));
      call.goOn(5);
      for (BrowserStats stats : List.of(call.patientStats(), call.clinicianStats())) {
        CallQuality after = CallQuality.of(stats, new QualityScenario("after", "", 0, end, end));
        assertThat(after.backSeconds()).as("%s", after).isLessThan(3);
      }
    }
  }

  /** Bounded by pictures that come and not by a clock: a busy machine has fewer in a second. */
  @Test
  void thePictureIsAsLargeAsItsPlace() {
    try (BadCall call = BadCall.open(4, UDP_ONLY)) {
      call.begin();
      Page page = call.clinician();
      assertThat(LayerChange.make(page, LayerChange.Kind.LARGER).followed()).isTrue();
      for (LayerChange.Kind kind : LayerChange.Kind.values()) {
        LayerChange change = LayerChange.make(page, kind);
        assertThat(change.followed()).as("%s", change).isTrue();
        // A larger one comes when the sender's browser has begun to send it, which is its affair.
        if (kind != LayerChange.Kind.LARGER) {
          assertThat(change.pictures()).as("%s", change).isLessThanOrEqualTo(MOST_PICTURES);
        }
      }
      List<StatsSample> video = call.clinicianStats().between("inbound-rtp", "video", 0, 1_000);
      assertThat(video.getLast().number("framesDropped"))
          .as("no decoder noticed")
          .isLessThan(video.getLast().number("framesDecoded") / 10);
    }
  }
}
