package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A patient and a clinician come through a whole visit without touching anything but keys. */
@ExtendWith(SharedChromium.class)
class ConsultKeyboardTest {
  private static final String ACTIVE = "wanted => document.activeElement?.matches(wanted) ?? false";

  @Test
  void keysAreEnoughForBothSides(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay()).withoutName();
      Page patient = service.serve(visit.having("undecided.js").page());
      patient.navigate(service.link(FakeConsultService.PATIENT));
      assertThat(patient.locator("#name-title")).isFocused();
      to(patient, "#name-text");
      patient.keyboard().type("Pat Smith");
      patient.keyboard().press("Enter");
      assertThat(patient.locator("#ask-title")).isFocused();
      press(patient, "#ask-go", "Enter");
      assertThat(patient.locator("#check-title")).isFocused();
      press(patient, "#check-join", "Enter");
      assertThat(patient.locator("#waiting-title")).isFocused();

      Page clinician = service.serve(chromium.newPage());
      clinician.navigate(service.link(FakeConsultService.CLINICIAN));
      assertThat(clinician.locator("#check-title")).isFocused();
      press(clinician, "#check-join", "Enter");
      assertThat(clinician.locator("#call-title")).isFocused();
      assertThat(clinician.locator("#people-waiting li")).hasCount(1);
      press(clinician, "[data-action=message]", "Enter");
      assertThat(clinician.locator("#say-text")).isFocused();
      clinician.keyboard().type("One moment.");
      clinician.keyboard().press("Enter");
      assertThat(patient.locator("#waiting-log span")).hasText("One moment.");
      press(clinician, "#people-lock", "Space");
      assertThat(patient.locator("#waiting-status")).containsText("locked");
      clinician.keyboard().press("Space");
      to(clinician, "[data-action=admit]", "Shift+Tab");
      clinician.keyboard().press("Enter");
      // The button is gone; the focus is not.
      assertThat(clinician.locator("#people-title")).isFocused();

      assertThat(patient.locator("#call-title")).isFocused();
      press(patient, "#call-more", "Enter");
      assertThat(patient.locator("#more-title")).isFocused();
      to(patient, "#mode-video");
      patient.keyboard().press("ArrowDown");
      assertThat(patient.locator("#mode-bad-line")).isChecked();
      patient.keyboard().press("Escape");
      assertThat(patient.locator("#more")).isHidden();
      assertThat(patient.locator("#call-more")).isFocused();

      press(clinician, "#invite-name", "Enter");
      assertThat(clinician.locator("#invite-copy")).isFocused();
      press(clinician, "#people-present [data-action=remove]", "Enter", "Shift+Tab");
      assertThat(clinician.locator("#remove-title")).hasText("Remove Pat Smith?");
      clinician.keyboard().press("Escape");
      assertThat(clinician.locator("#people-present [data-action=remove]")).isFocused();
      press(clinician, "#people-end", "Enter");
      press(clinician, "#end-all button[value=yes]", "Enter");
      assertThat(patient.locator("#end-title")).isFocused();
      assertThat(clinician.locator("#end-title")).isFocused();
      clinician.context().close();
    }
  }

  private static void press(Page page, String selector, String key) {
    press(page, selector, key, "Tab");
  }

  private static void press(Page page, String selector, String key, String way) {
    to(page, selector, way);
    page.keyboard().press(key);
  }

  private static void to(Page page, String selector) {
    to(page, selector, "Tab");
  }

  /** Goes with this key until the element has the focus. */
  private static void to(Page page, String selector, String way) {
    assertThat(page.locator(selector)).isVisible();
    for (int i = 0; i < 40; i++) {
      if (Boolean.TRUE.equals(page.evaluate(ACTIVE, selector))) {
        return;
      }
      page.keyboard().press(way);
    }
    throw new AssertionError(way + " never comes to " + selector);
  }
}
