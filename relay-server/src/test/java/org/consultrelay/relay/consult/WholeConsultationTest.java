package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.consult.ChromiumFixture.Options;
import org.junit.jupiter.api.Test;

/**
 * A whole consultation, from the practice's request to the end for all, through a real relay and a
 * real browser beyond a network that fails for five seconds.
 */
class WholeConsultationTest {
  private static final Duration MEDIA = Duration.ofSeconds(60);
  private static final double PATIENCE_MILLIS = 60_000;
  private static final long LOST_SECONDS = 5;

  @Test
  void fromTheRequestToTheEndForAll() throws InterruptedException {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay = TestRelay.start(network.relayAddress());
        ChromiumFixture chromium =
            ChromiumFixture.launch(Options.plain().inside(network).trusting(relay.url()))) {
      Practitioner practice = new Practitioner(relay);
      JsonNode made =
          practice.make("\"clinicianName\": \"Dr Jones\", \"phone\": \"0161 496 0123\"");

      Page patient = chromium.newPage(360, 740);
      patient.navigate(link(made, "patient"));
      patient.locator("#name-text").fill("Pat Smith");
      patient.locator("#name-form button").click();
      toWaitingRoom(patient);
      look(patient, "whole-1-waiting");
      says(patient.locator("#waiting-with"), "Dr Jones");
      says(patient.locator("#waiting-status"), "not here yet");
      assertThat(practice.look(made).get("state").asText()).isEqualTo("waiting");

      Page clinician = chromium.newPage();
      clinician.navigate(link(made, "clinician"));
      afterPreview(clinician);
      says(clinician.locator("#people-waiting"), "Pat Smith");
      says(patient.locator("#waiting-status"), "will let you in soon");
      assertThat(patient.evaluate("consultRelay.room()")).isNull();
      clinician.locator("[data-action=admit]").click();
      says(patient.locator("#call-status"), "Connected");
      talk(patient, "Dr Jones");
      talk(clinician, "Pat Smith");
      look(patient, "whole-2-call-patient");
      look(clinician, "whole-2-call-clinician");

      clinician.locator("#invite-name").fill("Anna Nowak");
      clinician.keyboard().press("Enter");
      assertThat(clinician.locator("#invite-made")).isVisible();
      String invited = clinician.locator("#invite-link").inputValue();
      Page interpreter = chromium.newPage(412, 800);
      interpreter.navigate(invited.replace("/consult#", "/consult?lang=pl#"));
      toWaitingRoom(interpreter);
      look(interpreter, "whole-3-interpreter-waiting");
      says(clinician.locator("#people-waiting"), "Anna Nowak");
      clinician.locator("[data-action=admit]").click();
      says(interpreter.locator("#call-status"), "Połączono");
      talk(interpreter, "Pat Smith");
      talk(patient, "Anna Nowak");
      look(clinician, "whole-4-three");
      // What the relay would refuse is not offered.
      assertThat(clinician.locator("#call-share")).isVisible();
      assertThat(patient.locator("#call-share")).isHidden();

      network.lose(1);
      TimeUnit.SECONDS.sleep(LOST_SECONDS);
      ChromiumFixture.screenshot(patient, "whole-5-lost");
      network.lose(0);
      says(patient.locator("#call-status"), "Connected");
      talk(patient, "Dr Jones");
      talk(clinician, "Pat Smith");
      says(clinician.locator("#people-present"), "Pat Smith");

      clinician.locator("#people-end").click();
      clinician.locator("#end-all button[value=yes]").click();
      says(patient.locator("#end-title"), "The consultation has ended");
      says(interpreter.locator("#end-title"), "Konsultacja się zakończyła");
      says(clinician.locator("#end-title"), "The consultation has ended");
      look(patient, "whole-6-ended");
      Practitioner.refused(practice.ask("GET", Practitioner.path(made), ""), 404, "not_found");
      // A link of what is over opens nothing.
      Page late = chromium.newPage(360, 740);
      late.navigate(link(made, "patient"));
      assertThat(late.locator("#refused-title")).isFocused();
      look(late, "whole-7-gone");
    }
  }

  private static String link(JsonNode made, String role) {
    return made.get(role).get("link").asText();
  }

  private static void toWaitingRoom(Page page) {
    afterPreview(page);
    assertThat(page.locator("#waiting-position")).isVisible();
  }

  private static void afterPreview(Page page) {
    page.waitForCondition(() ->
        Boolean.TRUE.equals(
            page.evaluate("document.querySelector('#check-preview').videoWidth > 0")));
    page.locator("#check-join").click();
  }

  /** Picture and sound of this person go on from where they are. */
  private static void talk(Page page, String name) {
    String identity = identity(page, name);
    double frames =
        InboundRtp.of(page, identity).stream().mapToDouble(InboundRtp::framesDecoded).sum();
    InboundRtp.awaitAbove(page, identity, "video", "framesDecoded", frames + 30, MEDIA);
    double heard =
        InboundRtp.of(page, identity).stream().mapToDouble(InboundRtp::totalAudioEnergy).sum();
    InboundRtp.awaitAbove(page, identity, "audio", "totalAudioEnergy", heard, MEDIA);
  }

  private static String identity(Page page, String name) {
    String find =
        "name => [...consultRelay.room()?.remoteParticipants.values() ?? []]"
            + ".find(each => each.name === name)?.identity";
    page.waitForCondition(() -> page.evaluate(find, name) != null);
    return (String) page.evaluate(find, name);
  }

  private static void says(Locator locator, String text) {
    assertThat(locator)
        .containsText(
            text, new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
  }

  private static void look(Page page, String name) {
    ChromiumFixture.screenshot(page, name);
    Axe.check(page, name);
  }
}
