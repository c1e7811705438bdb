package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fits a phone and a zoomed screen, and is worked by keyboard alone. */
@ExtendWith(SharedChromium.class)
class ConsultLayoutTest {
  private record Size(int width, int height) {}

  /** A laptop, a small phone, the laptop at 200 % zoom, a phone held sideways. */
  private static final List<Size> SIZES =
      List.of(new Size(1280, 800), new Size(320, 640), new Size(640, 400), new Size(844, 390));

  @Test
  void theWayThroughACallFits(ChromiumFixture chromium) {
    try (ConsultVisit start =
        new ConsultVisit(chromium, TestRelay.startForDevelopment("127.0.0.1"))) {
      start.page().navigate(start.relay().pageUrl());
      assertThat(start.at("#dev-form")).isVisible();
      look(start, "start");
    }
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page clinician = visit.meets(chromium, "clinician");
      visit.open();
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      visit.at("#protect-on").check();
      look(visit, "check");
      visit.at("#protect-on").uncheck();
      visit.at("#check-join").click();
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      look(visit, "call");
      visit.at("#call-chat").click();
      visit.at("#chat-text").fill("Good morning, can you hear me well?");
      visit.at("#chat-form button").click();
      assertThat(visit.at("#chat-log li")).hasCount(1);
      look(visit, "chat");
      visit.at("#chat-close").click();
      visit.at("#call-leave").click();
      look(visit, "end");
      clinician.context().close();
    }
  }

  @Test
  void whatGoesWrongFits(ChromiumFixture chromium) {
    try (ConsultVisit visit =
        new ConsultVisit(
            chromium,
            TestRelay.start("127.0.0.1", "rooms.maxRooms=1", "rooms.departureTimeout=1s"))) {
      Page other = visit.somebody(chromium, "room-2", "clinician");
      visit.having("refused.js").open();
      assertThat(visit.at("#check-again")).isVisible();
      look(visit, "refused-devices");
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).containsText("busy");
      look(visit, "busy");
      other.context().close();
    }
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open(ConsultDoorsTest.expired(visit), "");
      visit.at("#check-join").click();
      assertThat(visit.at("#refused")).isVisible();
      look(visit, "refused");
    }
  }

  @Test
  void aKeyboardIsEnough(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page page = visit.open().page();
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      tabTo(page, "check-join");
      assertThat(visit.is("getComputedStyle(document.activeElement).outlineStyle === 'solid'"))
          .isTrue();
      ChromiumFixture.screenshot(page, "focus-check");
      page.keyboard().press("Enter");
      assertThat(visit.at("#call-title")).isFocused();
      page.keyboard().press("Tab");
      page.keyboard().press("Space");
      assertThat(visit.at("#call .switch[data-switch=audio]")).hasAttribute("aria-pressed", "true");
      ChromiumFixture.screenshot(page, "focus-call");
      tabTo(page, "call-leave");
      page.keyboard().press("Enter");
      assertThat(visit.at("#end-title")).isFocused();
    }
  }

  private static void tabTo(Page page, String id) {
    for (int i = 0; i < 20; i++) {
      if (id.equals(page.evaluate("document.activeElement.id"))) {
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError("Tab never comes to " + id);
  }

  private static void look(ConsultVisit visit, String screen) {
    Axe.check(visit.page(), screen);
    for (Size size : SIZES) {
      visit.page().setViewportSize(size.width(), size.height());
      ChromiumFixture.screenshot(visit.page(), screen + "-" + size.width());
      PageFaults.check(visit.page(), screen + " at " + size);
      if (visit.at("#call-leave").isVisible()) {
        // Whoever wants to leave or mute must not have to look for it.
        assertThat(visit.at("#call-leave"))
            .isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
      }
    }
  }
}
