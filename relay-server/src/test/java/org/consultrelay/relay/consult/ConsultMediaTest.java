package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page with real media, looped back by a relay inside the page itself. */
@ExtendWith(SharedChromium.class)
class ConsultMediaTest {
  private static final Duration MEDIA = Duration.ofSeconds(20);

  @Test
  void playsPictureAndSoundOfAnother(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("loopback.js").join();
      assertThat(visit.at("#call-status")).hasText("Connected");
      InboundRtp.awaitAbove(visit.page(), "echo", "video", "framesDecoded", 10, MEDIA);
      InboundRtp.awaitAbove(visit.page(), "echo", "audio", "totalAudioEnergy", 0, MEDIA);
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      visit.until("!document.querySelector('.tile audio').paused");
      assertThat(InboundRtp.of(visit.page(), "echo")).hasSize(2);
    }
  }

  @Test
  void aBrokenPathIsRestartedWithinTheSameSession(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("loopback.js").join();
      assertThat(visit.at("#call-status")).hasText("Connected");
      visit
          .page()
          .evaluate(
              """
              window.broken = window.consultRelay.publisher();
              Object.defineProperty(broken, 'connectionState', { get: () => 'disconnected', configurable: true });
              broken.dispatchEvent(new Event('connectionstatechange'));
              """);
      assertThat(visit.at("#call-status")).containsText("We are reconnecting");
      visit.until("window.loopback.log.some((line) => line.startsWith('PATCH /whip'))");
      visit.until("broken.signalingState === 'stable'");
      visit
          .page()
          .evaluate(
              "delete broken.connectionState; broken.dispatchEvent(new"
                  + " Event('connectionstatechange'))");
      assertThat(visit.at("#call-status")).hasText("Connected");
      assertThat(visit.is("window.consultRelay.publisher() === broken")).isTrue();
      assertThat(visit.is("broken.remoteDescription.sdp.includes(window.loopback.lastUfrag)"))
          .isTrue();
      // The picture goes on over the new path.
      double seen = InboundRtp.of(visit.page(), "echo", "video").framesDecoded();
      InboundRtp.awaitAbove(visit.page(), "echo", "video", "framesDecoded", seen + 10, MEDIA);
    }
  }

  @Test
  void aSessionThatCannotBeRestartedIsOpenedAnew(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("loopback.js").join();
      assertThat(visit.at("#call-status")).hasText("Connected");
      visit
          .page()
          .evaluate(
              "window.old = window.consultRelay.publisher(); window.loopback.forget('/whip')");
      visit
          .page()
          .evaluate(
              """
              Object.defineProperty(old, 'connectionState', { get: () => 'failed' });
              old.dispatchEvent(new Event('connectionstatechange'));
              """);
      visit.until(
          "window.consultRelay.publisher() !== null && window.consultRelay.publisher() !== old");
      assertThat(visit.at("#call-status")).hasText("Connected");
    }
  }

  @Test
  void thePlayerEndsCleanlyWhenThePublisherLeaves(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("loopback.js").join();
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      visit.page().evaluate("window.first = window.consultRelay.players().get('echo')");
      // The relay ends the session (DTLS close_notify), yet still lists the participant: we try
      // again by ourselves.
      visit.page().evaluate("window.loopback.closePlayers()");
      visit.until("(window.consultRelay.players().get('echo') ?? first) !== first");
      assertThat(visit.at(".tile.has-picture")).hasCount(1);
      // Then it is gone from the list too.
      visit.page().evaluate("window.loopback.echoLeaves()");
      assertThat(visit.at(".tile")).hasCount(0);
      assertThat(visit.at("#call-message")).containsText("is getting ready");
      visit.until("window.consultRelay.players().size === 0");
    }
  }
}
