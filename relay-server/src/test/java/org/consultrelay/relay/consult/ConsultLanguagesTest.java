package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A patient's screens in each language, on the smallest of phones. */
@ExtendWith(SharedChromium.class)
class ConsultLanguagesTest {
  @ParameterizedTest
  @CsvSource({"cy, ltr, Ystafell aros", "pl, ltr, Poczekalnia", "ur, rtl, انتظار گاہ"})
  void everyScreenFitsAndIsUsable(
      String code, String direction, String waiting, ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay()).withoutName();
      Page page = service.serve(visit.having("undecided.js").page());
      page.setViewportSize(320, 640);
      page.navigate(in(code, service.link(FakeConsultService.PATIENT)));
      assertThat(visit.at("html")).hasAttribute("dir", direction);
      assertThat(visit.at("html")).hasAttribute("lang", code);
      look(page, code, "name");
      visit.at("#name-text").fill("Pat Smith");
      page.keyboard().press("Enter");
      assertThat(visit.at("#ask-title")).isFocused();
      look(page, code, "ask");
      visit.at("#ask-go").click();
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      look(page, code, "check");
      visit.at("#check-join").click();
      assertThat(visit.at("#waiting-title")).hasText(waiting);
      look(page, code, "waiting");
      // Another language keeps the place.
      visit.at("#language").selectOption("en");
      visit.at(".language button").click();
      assertThat(visit.at("html")).hasAttribute("lang", "en");
      page.navigate(visit.relay().pageUrl() + "?lang=" + code);
      assertThat(visit.at("html")).hasAttribute("lang", code);
      visit.at("#ask-go").click();
      visit.at("#check-join").click();

      Page clinician = service.serve(chromium.newPage());
      clinician.navigate(in(code, service.link(FakeConsultService.CLINICIAN)));
      clinician.locator("#check-join").click();
      assertThat(clinician.locator("#people-waiting li")).hasCount(1);
      clinician.locator("[data-action=admit]").click();
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      look(page, code, "call");
      visit.at("#call-more").click();
      look(page, code, "more");
      look(clinician, code, "desk");
      clinician.setViewportSize(320, 640);
      look(clinician, code, "desk-phone");
      clinician.locator("#people-close").click();
      look(clinician, code, "call-clinician-phone");
      service.end(FakeConsultService.PATIENT, "removed");
      assertThat(visit.at("#end-title")).isFocused();
      look(page, code, "removed");
      clinician.context().close();
      assertThat(service.heard("hello").getFirst().getString("lang")).isEqualTo(code);
    }
  }

  private static String in(String code, String link) {
    return link.replace("/consult#", "/consult?lang=" + code + "#");
  }

  private static void look(Page page, String code, String screen) {
    ChromiumFixture.screenshot(page, "language-" + code + "-" + screen);
    Axe.check(page, code + " " + screen);
    PageFaults.check(page, code + " " + screen);
  }
}
