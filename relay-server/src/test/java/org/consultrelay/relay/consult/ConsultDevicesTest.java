package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Camera and microphone: checked, refused, missing, switched off, unplugged. */
@ExtendWith(SharedChromium.class)
class ConsultDevicesTest {
  private static final String MICROPHONE =
      "window.consultRelay.room()?.localParticipant.getTrackPublication('microphone')";
  private static final String CAMERA =
      "window.consultRelay.room()?.localParticipant.getTrackPublication('camera')";
  private static final String MICROPHONE_TRACK = MICROPHONE + "?.track?.mediaStreamTrack";
  private static final String PREVIEW_TRACK =
      "document.querySelector('#check-preview').srcObject.getVideoTracks()[0]";

  @Test
  void showsThePictureAndHearsTheMicrophone(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open();
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      if (visit.at("#check-test").isVisible()) {
        visit.at("#check-test").click();
      }
      assertThat(visit.at("#check-heard")).hasText("Your microphone is working.");
      assertThat(visit.at("#check-level")).isVisible();
      assertThat(visit.at("#check-ask")).isHidden();
      assertThat(visit.at("#check-join")).hasText("Join the consultation");
      ChromiumFixture.screenshot(visit.page(), "check-1280");
    }
  }

  @Test
  void anotherMicrophoneCanBeChosen(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open();
      assertThat(visit.at("#check-microphone")).isVisible();
      String other = visit.at("#check-microphone option").nth(1).getAttribute("value");
      visit.at("#check-microphone").selectOption(other);
      visit.at("#check-join").click();
      visit.until(MICROPHONE_TRACK + "?.getSettings().deviceId === '" + other + "'");
    }
  }

  @Test
  void aRefusedPermissionIsExplainedAndDoesNotLockOut(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("refused.js").open();
      assertThat(visit.at("#check-problem")).containsText("does not let this page use your camera");
      assertThat(visit.at("#announcer")).containsText("does not let this page");
      assertThat(visit.at("#check-again")).isVisible();
      assertThat(visit.at("#check-join")).hasText("Join to watch and listen only");
      ChromiumFixture.screenshot(visit.page(), "check-refused");
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).hasText("Connected");
      assertThat(visit.at("#call .switch[data-switch=audio]")).isDisabled();
    }
  }

  @Test
  void withoutACameraTheVoiceIsEnough(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("no-camera.js").open();
      assertThat(visit.at("#check-problem")).containsText("We found no camera");
      assertThat(visit.at("#check-join")).hasText("Join without camera");
      ChromiumFixture.screenshot(visit.page(), "check-no-camera");
      visit.at("#check-join").click();
      visit.until(MICROPHONE_TRACK + "?.readyState === 'live'");
      assertThat(visit.is(CAMERA + " === undefined")).isTrue();
    }
  }

  @Test
  void muteSilencesAndCameraOffLetsGoOfTheCamera(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.join();
      visit.until(CAMERA + "?.track != null");
      visit.at("#call .switch[data-switch=audio]").click();
      assertThat(visit.at("#call .switch[data-switch=audio]")).hasAttribute("aria-pressed", "true");
      visit.until(MICROPHONE_TRACK + ".enabled === false && " + MICROPHONE + ".isMuted");
      visit.at("#call .switch[data-switch=video]").click();
      visit.until(CAMERA + " === undefined");
      assertThat(visit.at("#call-off")).hasText("Your camera and microphone are off");
      ChromiumFixture.screenshot(visit.page(), "call-both-off");
      visit.at("#call .switch[data-switch=video]").click();
      visit.until(CAMERA + "?.track != null");
      visit.at("#call .switch[data-switch=audio]").click();
      visit.until(MICROPHONE_TRACK + ".enabled === true && !" + MICROPHONE + ".isMuted");
      assertThat(visit.at("#call-off")).isHidden();
    }
  }

  @Test
  void anUnpluggedCameraIsReplacedOrTold(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open();
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      // There is another camera as far as the page can see: it takes over.
      visit
          .page()
          .evaluate(
              "window.gone = "
                  + PREVIEW_TRACK
                  + "; gone.stop(); gone.dispatchEvent(new Event('ended'))");
      visit.until(
          PREVIEW_TRACK + " !== window.gone && " + PREVIEW_TRACK + ".readyState === 'live'");
      assertThat(visit.at("#check-problem")).isHidden();
      // The last one goes: no list, no camera.
      visit.meanwhile("no-camera.js");
      visit
          .page()
          .evaluate(
              "window.gone = "
                  + PREVIEW_TRACK
                  + "; gone.stop(); gone.dispatchEvent(new Event('ended'))");
      assertThat(visit.at("#check-problem")).containsText("Your camera was disconnected");
      assertThat(visit.at("#check-join")).hasText("Join without camera");
    }
  }
}
