package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What may become of a visit by link besides the usual. */
@ExtendWith(SharedChromium.class)
class ConsultVisitsTest {
  private static final String CAMERA =
      "consultRelay.room()?.localParticipant.getTrackPublication('camera')";
  private static final String SCREEN =
      "consultRelay.room()?.localParticipant.getTrackPublication('screen_share')";
  private static final String OTHER =
      "[...consultRelay.room().remoteParticipants.values()][0]?.getTrackPublication('camera')";

  @Test
  void aLinkThatOpensNothingSaysSo(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.serve(visit.page()).navigate(service.link("nobody-link-0123456789abc"));
      assertThat(visit.at("#refused-text")).containsText("This link does not work.");
      look(visit, "refused-link");
      service.refuse(FakeConsultService.error("gone"));
      visit.page().navigate("about:blank");
      visit.page().navigate(service.link(FakeConsultService.PATIENT));
      assertThat(visit.at("#refused-text")).containsText("the link was cancelled");
      assertThat(service.heard("hello")).hasSize(2);
      // It is not kept: a reload asks for the link.
      visit.page().reload();
      assertThat(visit.at("#start-title")).isVisible();
    }
  }

  @Test
  void whoIsTooEarlyIsToldWhenAndLetInThen(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.refuse(
          FakeConsultService.error("unavailable")
              .put("retryAfter", 2)
              .put("opensAt", Instant.now().plusSeconds(2).toString()));
      service.serve(visit.page()).navigate(service.link(FakeConsultService.PATIENT));
      assertThat(visit.at("#opening-line")).containsText("This consultation opens at");
      look(visit, "early");
      service.refuse(null);
      assertThat(visit.at("#check-join")).hasText("Go to the waiting room");
    }
  }

  @Test
  void aLostLineKeepsThePlaceAndTheCall(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      service.breakLine(FakeConsultService.PATIENT);
      assertThat(visit.at("#waiting-line")).containsText("Your place is kept");
      look(visit, "waiting-lost");
      assertThat(visit.at("#waiting-line")).isHidden();
      assertThat(visit.at("#waiting-position")).hasText("You are next.");
      Page clinician = clinicianLetsIn(chromium, visit, service);
      visit.page().evaluate("() => { window.before = consultRelay.room(); }");
      service.breakLine(FakeConsultService.PATIENT);
      assertThat(clinician.locator("#people-present .nhsuk-hint")).hasText("connection lost");
      assertThat(clinician.locator("#people-present .nhsuk-hint")).isHidden();
      assertThat(visit.is("window.before === consultRelay.room()")).isTrue();
      assertThat(visit.at("#call-status")).hasText("Connected");
      clinician.context().close();
    }
  }

  @Test
  void anotherDeviceTakesThePlaceAndItCanBeTakenBack(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      Page second = service.serve(chromium.newPage());
      second.navigate(service.link(FakeConsultService.PATIENT));
      assertThat(visit.at("#end-title")).containsText("on another device");
      look(visit, "elsewhere");
      visit.at("#end-again").click();
      visit.at("#check-join").click();
      assertThat(visit.at("#waiting-position")).hasText("You are next.");
      assertThat(second.locator("#end-title")).containsText("on another device");
      second.context().close();
    }
  }

  @Test
  void soundAloneNeedsNoCamera(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay()).withSoundOnly();
      visit.having("undecided.js");
      service.serve(visit.page()).navigate(service.link(FakeConsultService.PATIENT));
      assertThat(visit.at("#ask-what")).containsText("your microphone. It is needed");
      visit.at("#ask-go").click();
      assertThat(visit.at("#check-off")).hasText("Your camera is off");
      visit.at("#check-join").click();
      clinicianLetsIn(chromium, visit, service).context().close();
      visit.until(
          "consultRelay.room()?.localParticipant.getTrackPublication('microphone') != null");
      assertThat(visit.is(CAMERA + " === undefined")).isTrue();
      assertThat(visit.at("#mode-audio")).isChecked();
      assertThat(visit.at("#call [data-switch=video]")).isHidden();
      visit.at("#call-more").click();
      assertThat(visit.at("#mode-video")).isHidden();
      look(visit, "sound-only");
    }
  }

  @Test
  void aBadLineCarriesLessAndSoundAloneLeast(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      Page clinician = clinicianLetsIn(chromium, visit, service);
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      visit.at("#call-small").click();
      visit.until("document.pictureInPictureElement !== null");
      assertThat(visit.at("#call-small")).hasAttribute("aria-pressed", "true");
      visit.at("#call-small").click();
      assertThat(visit.at("#call-small")).hasAttribute("aria-pressed", "false");
      visit.at("#call-more").click();
      visit.at("#mode-bad-line").check();
      visit.until(OTHER + ".videoQuality === 0");
      visit.until(CAMERA + ".track.mediaStreamTrack.getSettings().frameRate <= 7");
      visit.at("#mode-audio").check();
      visit.until(OTHER + ".isSubscribed === false && " + CAMERA + " === undefined");
      visit.at("#mode-video").check();
      visit.until(OTHER + ".isSubscribed && " + OTHER + ".videoQuality === 2");
      visit.until(CAMERA + "?.track.mediaStreamTrack.getSettings().frameRate > 7");
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      assertThat(clinician.locator(".tile.has-picture")).hasCount(1);
      assertThat(service.heard("mode"))
          .extracting(each -> each.getString("mode"))
          .containsExactly("bad-line", "audio", "video");
      clinician.context().close();
    }
  }

  @Test
  void aTokenThatIsTooOldIsRenewed(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay()).withOldTokens();
      service.serve(visit.page()).navigate(service.link(FakeConsultService.CLINICIAN));
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).hasText("Connected");
      assertThat(service.heard("refresh")).hasSize(1);
    }
  }

  @Test
  void whoWasAwayForTooLongWaitsAgain(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      Page clinician = clinicianLetsIn(chromium, visit, service);
      service.lose(FakeConsultService.PATIENT);
      assertThat(visit.at("#waiting-position")).hasText("You are next.");
      assertThat(visit.at("#call")).isHidden();
      visit.until("consultRelay.room() === null");
      clinician.locator("[data-action=admit]").click();
      assertThat(visit.at("#call-status")).hasText("Connected");
      // Longer than the service may take to say why a call has ended.
      visit.page().waitForTimeout(3_500);
      assertThat(visit.at("#call-status")).hasText("Connected");
      clinician.context().close();
    }
  }

  @Test
  void aTokenThatIsRefusedForAWhileEndsNothing(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay()).withOldTokens();
      service.renewing(false);
      service.serve(visit.page()).navigate(service.link(FakeConsultService.CLINICIAN));
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).containsText("The service is busy.");
      service.renewing(true);
      assertThat(visit.at("#call-status")).hasText("Connected");
      assertThat(visit.is("sessionStorage.getItem('consult.invitation') !== null")).isTrue();
      assertThat(service.heard("refresh").size()).isGreaterThan(1);
    }
  }

  @Test
  void whatCouldNotBeSentIsSentALittleLater(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      Page clinician = clinicianLetsIn(chromium, visit, service);
      visit.until(CAMERA + "?.track != null");
      visit.at("#call [data-switch=video]").click();
      visit.until(CAMERA + " === undefined");
      visit
          .page()
          .evaluate(
              "() => { const local = consultRelay.room().localParticipant;"
                  + " local.publishTrack = async () => {"
                  + " delete local.publishTrack; window.failed = true; throw new Error(); }; }");
      visit.at("#call [data-switch=video]").click();
      visit.until("window.failed === true");
      visit.until(CAMERA + "?.track != null");
      clinician.context().close();
    }
  }

  @Test
  void whatIsOverAsksNothingMore(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.serve(visit.page()).navigate(service.link(FakeConsultService.CLINICIAN));
      visit.at("#check-join").click();
      visit.at("#people-end").click();
      assertThat(visit.at("#end-all")).isVisible();
      service.end(FakeConsultService.CLINICIAN, "elsewhere");
      assertThat(visit.at("#end-title")).containsText("on another device");
      assertThat(visit.at("dialog[open]")).hasCount(0);
      assertThat(service.heard("end")).isEmpty();
    }
  }

  @Test
  void whoStopsSharingIsNotCapturedAnyMore(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.serve(visit.page()).navigate(service.link(FakeConsultService.CLINICIAN));
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).hasText("Connected");
      String state = SCREEN + " && (window.captured = " + SCREEN + ".track.mediaStreamTrack)";
      visit.at("#call-share").click();
      visit.until("Boolean(" + state + ") && captured.readyState === 'live'");
      visit.at("#call-share").click();
      visit.until("captured.readyState === 'ended'");
      assertThat(visit.at("#call-share")).hasAttribute("aria-pressed", "false");
      visit.page().evaluate("delete window.captured");
      visit.at("#call-share").click();
      visit.until("Boolean(" + state + ") && captured.readyState === 'live'");
      visit.page().evaluate("consultRelay.room().simulateScenario('full-reconnect')");
      visit.until("consultRelay.room()?.state === 'reconnecting'");
      assertThat(visit.at("#call-status")).hasText("Connected");
      visit.until("Boolean(" + SCREEN + ") && captured.readyState === 'live'");
      assertThat(visit.at("#call-share")).hasAttribute("aria-pressed", "true");
      service.end(FakeConsultService.CLINICIAN, "ended");
      visit.until("captured.readyState === 'ended'");
    }
  }

  @Test
  void whatIsSaidIsShownWhenSomebodySendsIt(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      Page clinician = clinicianLetsIn(chromium, visit, service);
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      assertThat(visit.at("#captions")).isHidden();
      for (String text : new String[] {"Good mor", "Good morning."}) {
        clinician.evaluate(
            "async text => { await consultRelay.room().localParticipant.sendText(text, {topic:"
                + " 'lk.transcription', attributes: {'lk.segment_id': 's1'}}); }",
            text);
      }
      assertThat(visit.at("#captions-text p")).hasText("Dr Jones: Good morning.");
      look(visit, "captions");
      visit.at("#call-captions").click();
      assertThat(visit.at("#captions")).isHidden();
      clinician.context().close();
    }
  }

  @Test
  void whatOneClinicianLocksIsLockedForTheOther(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.serve(visit.page()).navigate(service.link(FakeConsultService.CLINICIAN));
      visit.at("#check-join").click();
      assertThat(visit.at("#people-lock")).not().isChecked();
      Page other = service.serve(chromium.newPage(1280, 800));
      other.navigate(service.link(FakeConsultService.COLLEAGUE));
      other.locator("#check-join").click();
      other.locator("#people-lock").check();
      assertThat(visit.at("#people-lock")).isChecked();
      visit.at("#people-lock").uncheck();
      assertThat(other.locator("#people-lock")).not().isChecked();
      other.context().close();
    }
  }

  @Test
  void aPracticeWithoutANumberSaysWhereToFindOne(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.phone("");
      patientWaits(visit, service);
      visit.at("#waiting-phone").click();
      assertThat(visit.at("#phone-text")).containsText("the number in your invitation");
      assertThat(visit.at("#phone-number")).isHidden();
      look(visit, "phone-none");
    }
  }

  @Test
  void theNumberIsThereWhenTheLineIsNot(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      patientWaits(visit, service);
      service.refuse(FakeConsultService.error("unavailable"));
      service.breakLine(FakeConsultService.PATIENT);
      visit.at("#waiting-phone").click();
      assertThat(visit.at("#phone-number")).hasText("0161 496 0123");
    }
  }

  @Test
  void aNumberThatCannotBeAskedForIsNotDenied(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      service.phone(null);
      patientWaits(visit, service);
      service.refuse(FakeConsultService.error("unavailable"));
      service.breakLine(FakeConsultService.PATIENT);
      assertThat(visit.at("#waiting-line")).containsText("Your place is kept");
      visit.at("#waiting-phone").click();
      assertThat(visit.at("#phone-text")).containsText("We cannot ask for the practice's number");
      assertThat(visit.at("#phone-number")).isHidden();
    }
  }

  private static void patientWaits(ConsultVisit visit, FakeConsultService service) {
    service.serve(visit.page()).navigate(service.link(FakeConsultService.PATIENT));
    visit.until("document.querySelector('#check-preview').videoWidth > 0");
    visit.at("#check-join").click();
    assertThat(visit.at("#waiting-position")).hasText("You are next.");
  }

  private static Page clinicianLetsIn(
      ChromiumFixture chromium, ConsultVisit visit, FakeConsultService service) {
    Page clinician = service.serve(chromium.newPage());
    clinician.navigate(service.link(FakeConsultService.CLINICIAN));
    clinician.locator("#check-join").click();
    clinician.locator("[data-action=admit]").click();
    assertThat(visit.at("#call-status")).hasText("Connected");
    return clinician;
  }

  private static void look(ConsultVisit visit, String name) {
    ChromiumFixture.screenshot(visit.page(), "visits-" + name);
    Axe.check(visit.page(), name);
  }
}
