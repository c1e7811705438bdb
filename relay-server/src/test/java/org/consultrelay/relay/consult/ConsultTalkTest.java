package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What two people do in a call besides seeing and hearing each other. */
@ExtendWith(SharedChromium.class)
class ConsultTalkTest {
  private static final Duration MEDIA = Duration.ofSeconds(30);

  @Test
  void messagesGoBothWaysAndAreCountedWhileTheyAreClosed(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page clinician = visit.meets(chromium, "clinician");
      visit.join();
      assertThat(visit.at("#call-status")).hasText("Connected");
      clinician.locator("#call-chat").click();
      clinician.locator("#chat-text").fill("Please hold your medicine up to the camera <b>");
      clinician.keyboard().press("Enter");
      assertThat(visit.at("#call-chat-unread")).hasText("1 new");
      assertThat(visit.at("#announcer")).containsText("Message from clinician");
      visit.at("#call-chat").click();
      assertThat(visit.at("#call-chat-unread")).isHidden();
      assertThat(visit.at("#chat-log li span"))
          .hasText("Please hold your medicine up to the camera <b>");
      visit.at("#chat-text").fill("Like this?");
      visit.at("#chat-form button").click();
      assertThat(clinician.locator("#chat-log li")).hasCount(2);
      assertThat(clinician.locator("#chat-log li").last()).containsText("Pat SmithLike this?");
      visit.page().keyboard().press("Escape");
      assertThat(visit.at("#chat")).isHidden();
      assertThat(visit.at("#call-chat")).isFocused();
      clinician.context().close();
    }
  }

  @Test
  void aSharedScreenIsATileOfItsOwn(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page clinician = visit.meets(chromium, "clinician");
      // What the browser's own picker would give: a moving picture.
      clinician.evaluate(
          """
          () => {
            navigator.mediaDevices.getDisplayMedia = async () => {
              const canvas = document.createElement('canvas');
              Object.assign(canvas, { width: 320, height: 180 });
              const pen = canvas.getContext('2d');
              let frame = 0;
              setInterval(() => { pen.fillStyle = frame++ % 2 ? 'white' : 'black'; pen.fillRect(0, 0, 320, 180); }, 100);
              return canvas.captureStream(10);
            };
          }
          """);
      visit.join();
      assertThat(visit.at(".tile")).hasCount(1);
      clinician.locator("#call-share").click();
      assertThat(clinician.locator("#call-share")).hasAttribute("aria-pressed", "true");
      assertThat(visit.at(".tile.is-screen.has-picture")).hasCount(1);
      assertThat(visit.at(".tile.is-screen figcaption")).containsText("Screen of clinician");
      clinician.locator("#call-share").click();
      assertThat(visit.at(".tile.is-screen")).hasCount(0);
      assertThat(clinician.locator("#call-share")).hasAttribute("aria-pressed", "false");
      clinician.context().close();
    }
  }

  @Test
  void whoSpeaksAndWhoIsMutedIsSeen(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page clinician = visit.meets(chromium, "clinician");
      visit.having("loud.js").join();
      assertThat(clinician.locator(".tile.speaking")).hasCount(1);
      visit.at("#call .switch[data-switch=audio]").click();
      assertThat(clinician.locator(".tile-marks")).hasText("Muted");
      assertThat(clinician.locator(".tile.speaking")).hasCount(0);
      visit.at("#call .switch[data-switch=video]").click();
      assertThat(clinician.locator(".tile-note")).hasText("Camera is off");
      clinician.context().close();
    }
  }

  @Test
  void withTheSameSecretTheWordsAreTheSameAndThePictureOpens(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      String secret = "&key=correct-horse-battery";
      Page clinician = chromium.newPage(640, 480);
      clinician.navigate(
          visit.relay().pageUrl()
              + "#token="
              + visit.relay().token("room-1", "clinician")
              + secret);
      assertThat(clinician.locator("#protect-on")).isChecked();
      assertThat(clinician.locator("#protect-invited")).isVisible();
      clinician.locator("#check-join").click();
      visit.open();
      visit.until("document.querySelector('#check-preview').videoWidth > 0");
      visit.at("#protect-on").check();
      visit.at("#check-join").click();
      assertThat(visit.at("#protect-error")).containsText("at least 8");
      visit.at("#protect-secret").fill("correct-horse-battery");
      visit.at("#check-join").click();
      InboundRtp.awaitAbove(visit.page(), "clinician", "video", "framesDecoded", 30, MEDIA);
      InboundRtp.awaitAbove(clinician, "patient", "video", "framesDecoded", 30, MEDIA);
      assertThat(visit.at("#call-words-text"))
          .hasText(clinician.locator("#call-words-text").textContent());
      assertThat(visit.at("#call-words-text")).containsText(" ");
      ChromiumFixture.screenshot(visit.page(), "call-protected");
      clinician.context().close();
    }
  }

  @Test
  void withoutTheSecretThereIsNothingToSee(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page clinician = chromium.newPage(640, 480);
      clinician.navigate(
          visit.relay().pageUrl()
              + "#token="
              + visit.relay().token("room-1", "clinician")
              + "&key=correct-horse-battery");
      clinician.locator("#check-join").click();
      assertThat(clinician.locator("#call-status")).hasText("Connected");
      visit.join();
      InboundRtp.awaitAbove(visit.page(), "clinician", "video", "packetsReceived", 200, MEDIA);
      // The first bytes of a frame are in the clear, so a decoder may now and then take noise for
      // one; but what it shows is never the camera's picture.
      org.assertj.core.api.Assertions.assertThat(
              InboundRtp.of(visit.page(), "clinician", "video").framesDecoded())
          .isLessThan(5);
      org.assertj.core.api.Assertions.assertThat(greenShare(visit.page(), "#call-self"))
          .as("of the camera's own picture")
          .isGreaterThan(0.5);
      org.assertj.core.api.Assertions.assertThat(greenShare(visit.page(), ".tile video"))
          .as("of what is shown of the other")
          .isLessThan(0.05);
      assertThat(visit.at(".tile-note")).hasText("No picture at the moment");
      clinician.context().close();
    }
  }

  /** The share of a video's pixels that have the green of Chromium's fake camera. */
  private static double greenShare(Page page, String video) {
    Object share =
        page.evaluate(
            """
            (selector) => {
              const video = document.querySelector(selector);
              const canvas = new OffscreenCanvas(video.videoWidth || 1, video.videoHeight || 1);
              const pen = canvas.getContext('2d');
              pen.drawImage(video, 0, 0);
              const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
              let green = 0;
              for (let i = 0; i < data.length; i += 4) {
                green += data[i + 1] > 100 && data[i + 1] > 1.5 * data[i] && data[i + 1] > 1.5 * data[i + 2];
              }
              return (4 * green) / data.length;
            }
            """,
            video);
    return ((Number) share).doubleValue();
  }
}
