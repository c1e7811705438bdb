package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The screens of a visit, one after the other, each looked at by axe. */
@ExtendWith(SharedChromium.class)
class ConsultScreensTest {
  @Test
  void theWayOfAPatient(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay()).withoutName();
      Page page = service.serve(visit.page());
      page.setViewportSize(360, 740);
      visit.having("undecided.js");
      page.navigate(service.link(FakeConsultService.PATIENT));
      assertThat(visit.at("#name-title")).isFocused();
      assertThat(page).hasURL(visit.relay().pageUrl() + "/");
      visit.at("#name-form button").click();
      assertThat(visit.at("#name-error")).hasText("Please write your name.");
      look(page, "visit-name");
      visit.at("#name-text").fill("Pat Smith");
      page.keyboard().press("Enter");
      assertThat(visit.at("#ask-title")).isFocused();
      look(page, "visit-ask");
      visit.at("#ask-go").click();
      assertThat(visit.at("#check-as")).hasText("You will join as Pat Smith.");
      assertThat(visit.at("#check-join")).hasText("Go to the waiting room");
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      // It could not be kept here, so it is not promised.
      assertThat(visit.at("#protect-on")).isHidden();
      look(page, "visit-check");
      visit.at("#check-join").click();
      assertThat(visit.at("#waiting-title")).isFocused();
      assertThat(visit.at("#waiting-status")).containsText("not here yet");
      assertThat(visit.at("#waiting-position")).hasText("You are next.");
      look(page, "visit-waiting");

      Page clinician = service.serve(chromium.newPage());
      clinician.navigate(service.link(FakeConsultService.CLINICIAN));
      clinician.locator("#check-join").click();
      assertThat(clinician.locator("#people-waiting li")).hasCount(1);
      assertThat(clinician.locator("#people-waiting .people-name")).hasText("Pat Smith");
      assertThat(visit.at("#waiting-status")).containsText("will let you in soon");
      look(clinician, "visit-desk");
      clinician.locator("#people-waiting [data-action=message]").click();
      clinician.locator("#say-text").fill("Ten minutes late, sorry.");
      look(clinician, "visit-say");
      clinician.keyboard().press("Enter");
      assertThat(visit.at("#waiting-log li span")).hasText("Ten minutes late, sorry.");
      assertThat(clinician.locator("#people-waiting [data-action=message]")).isFocused();
      clinician.locator("#people-lock").check();
      assertThat(visit.at("#waiting-status")).containsText("locked");
      assertThat(clinician.locator("#people-waiting [data-action=admit]")).isDisabled();
      look(page, "visit-locked");
      clinician.locator("#people-lock").uncheck();

      clinician.locator("#people-waiting [data-action=admit]").click();
      assertThat(visit.at("#call-title")).isFocused();
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      assertThat(clinician.locator(".tile.has-picture")).hasCount(1);
      assertThat(clinician.locator("#people-present li")).hasCount(1);
      look(page, "visit-call-patient");
      look(clinician, "visit-call-clinician");
      visit.at("#call-more").click();
      look(page, "visit-more");
      visit.at("#mode-audio").check();
      assertThat(clinician.locator("#announcer")).hasText("Pat Smith has switched to sound only.");
      assertThat(clinician.locator("#people-present .nhsuk-hint")).hasText("Sound only");
      visit.at("#more-phone").click();
      assertThat(visit.at("#phone-number")).hasAttribute("href", "tel:01614960123");
      visit.at("#more-close").click();
      look(page, "visit-phone");
      visit.at("#phone-close").click();

      clinician.locator("#invite-name").fill("Interpreter");
      clinician.keyboard().press("Enter");
      assertThat(clinician.locator("#invite-link"))
          .hasValue(service.link(FakeConsultService.GUEST));
      look(clinician, "visit-invited");
      clinician.locator("#people-end").click();
      look(clinician, "visit-end-all");
      clinician.locator("#end-all button[value=yes]").click();
      assertThat(visit.at("#end-title")).hasText("The consultation has ended");
      assertThat(clinician.locator("#end-title")).hasText("The consultation has ended");
      look(page, "visit-ended");
      assertThat(service.heard("name")).hasSize(1);
      clinician.context().close();
    }
  }

  private static void look(Page page, String name) {
    ChromiumFixture.screenshot(page, name);
    Axe.check(page, name);
    PageFaults.check(page, name);
  }
}
