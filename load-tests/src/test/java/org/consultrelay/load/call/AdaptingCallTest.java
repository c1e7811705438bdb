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

  @Test
  void thePictureIsAsLargeAsItsPlace() {
    try (BadCall call = BadCall.open(4, UDP_ONLY)) {
      call.begin();
      Page page = call.clinician();
      call.await("no large picture", () -> height(page) >= 360);
      size(page, "160px", "90px");
      call.await("no small picture in a small place", () -> height(page) == 180);
      size(page, "1000px", "560px");
      call.await("no large picture in a large place", () -> height(page) >= 360);
      page.evaluate("document.querySelector('.tile video').style.display = 'none'");
      call.await("what nobody sees still comes", () -> stops(page));
      page.evaluate("document.querySelector('.tile video').style.display = ''");
      call.await("it does not come back", () -> !stops(page));
      List<StatsSample> video = call.clinicianStats().between("inbound-rtp", "video", 0, 1_000);
      assertThat(video.getLast().number("framesDropped"))
          .as("no decoder noticed")
          .isLessThan(video.getLast().number("framesDecoded") / 10);
    }
  }

  private static void size(Page page, String width, String height) {
    page.evaluate(
        """
        ([width, height]) => {
          const style = document.querySelector('.tile video').style;
          style.inset = 'auto';
          style.width = width;
          style.height = height;
        }
        """,
        List.of(width, height));
  }

  private static final String INBOUND =
      """
      async (member) => {
        for (const pc of window.allConnections) {
          for (const s of (await pc.getStats()).values()) {
            if (s.type === 'inbound-rtp' && s.kind === 'video') {
              return s[member] ?? 0;
            }
          }
        }
        return 0;
      }
      """;

  private static int height(Page page) {
    return ((Number) page.evaluate(INBOUND, "frameHeight")).intValue();
  }

  private static boolean stops(Page page) {
    int before = ((Number) page.evaluate(INBOUND, "framesDecoded")).intValue();
    page.waitForTimeout(700);
    return ((Number) page.evaluate(INBOUND, "framesDecoded")).intValue() == before;
  }
}
