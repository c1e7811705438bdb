package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Visits on lines that fail: what is lost comes back, and nothing is given up or held for nothing.
 */
@ExtendWith(SharedChromium.class)
class ConsultTroubleTest {
  private static final String SCREEN =
      "consultRelay.room()?.localParticipant.getTrackPublication('screen_share')";

  @Test
  void whoWasAwayForTooLongWaitsAgain(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      ConsultVisitsTest.patientWaits(visit, service);
      Page clinician = ConsultVisitsTest.clinicianLetsIn(chromium, visit, service);
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
      ConsultVisitsTest.patientWaits(visit, service);
      Page clinician = ConsultVisitsTest.clinicianLetsIn(chromium, visit, service);
      visit.until(ConsultVisitsTest.CAMERA + "?.track != null");
      visit.at("#call [data-switch=video]").click();
      visit.until(ConsultVisitsTest.CAMERA + " === undefined");
      visit
          .page()
          .evaluate(
              "() => { const local = consultRelay.room().localParticipant;"
                  + " local.publishTrack = async () => {"
                  + " delete local.publishTrack; window.failed = true; throw new Error(); }; }");
      visit.at("#call [data-switch=video]").click();
      visit.until("window.failed === true");
      visit.until(ConsultVisitsTest.CAMERA + "?.track != null");
      clinician.context().close();
    }
  }

  @Test
  void theNumberIsThereWhenTheLineIsNot(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      FakeConsultService service = new FakeConsultService(visit.relay());
      ConsultVisitsTest.patientWaits(visit, service);
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
      ConsultVisitsTest.patientWaits(visit, service);
      service.refuse(FakeConsultService.error("unavailable"));
      service.breakLine(FakeConsultService.PATIENT);
      assertThat(visit.at("#waiting-line")).containsText("Your place is kept");
      visit.at("#waiting-phone").click();
      assertThat(visit.at("#phone-text")).containsText("We cannot ask for the practice's number");
      assertThat(visit.at("#phone-number")).isHidden();
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
}
