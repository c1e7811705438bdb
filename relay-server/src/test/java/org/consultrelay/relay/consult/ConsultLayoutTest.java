package org.consultrelay.relay.consult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedChromium.class)
class ConsultLayoutTest {
  @Test
  void look(ChromiumFixture chromium) {
    for (int width : new int[] {1280, 320}) {
      try (ConsultVisit visit = new ConsultVisit(chromium, width, width == 320 ? 640 : 800)) {
        visit.page().navigate(visit.relay().pageUrl());
        visit.at("#start-title").waitFor();
        ChromiumFixture.screenshot(visit.page(), "start-" + width);
      }
      try (ConsultVisit visit = new ConsultVisit(chromium, width, width == 320 ? 640 : 800)) {
        visit.open();
        visit.until("document.querySelector('#check-preview').videoWidth > 0");
        ChromiumFixture.screenshot(visit.page(), "check-" + width);
        visit.at("#check-join").click();
        visit.relay().await("POST", "/whip/v1");
        ChromiumFixture.screenshot(visit.page(), "connecting-" + width);
      }
      try (ConsultVisit visit = new ConsultVisit(chromium, width, width == 320 ? 640 : 800)) {
        visit.having("loopback.js").join();
        visit.at(".tile.has-picture").waitFor();
        ChromiumFixture.screenshot(visit.page(), "call-" + width);
      }
    }
  }
}
