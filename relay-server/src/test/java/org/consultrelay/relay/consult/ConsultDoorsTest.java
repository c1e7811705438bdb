package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import org.consultrelay.relay.consult.StubRelay.Reply;
import org.consultrelay.relay.consult.StubRelay.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the page comes in: the invitation, the WHIP and WHEP doors, and each way they say no. */
@ExtendWith(SharedChromium.class)
class ConsultDoorsTest {
  @Test
  void withoutAnInvitationItExplainsAndTakesAPastedLink(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.page().navigate(visit.relay().pageUrl());
      assertThat(visit.at("#start-title")).isFocused();
      assertThat(visit.at("#dev-form")).isHidden();
      visit.at("#paste-link").fill("https://relay.example/consult");
      visit.at("#paste-form button").click();
      assertThat(visit.at("#paste-error")).containsText("not complete");
      assertThat(visit.at("#paste-link")).isFocused();
      String link = "https://relay.example/consult#token=" + StubRelay.token("r", "pat", "Pat");
      visit.at("#paste-link").fill(link);
      visit.page().keyboard().press("Enter");
      assertThat(visit.at("#check-as")).hasText("You will join as Pat.");
    }
  }

  @Test
  void developmentRelayLetsAnybodyIn(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.relay().development();
      visit.page().navigate(visit.relay().pageUrl());
      visit.at("#dev-room").fill("room 7");
      visit.at("#dev-name").fill("Dr Jones & Co");
      ChromiumFixture.screenshot(visit.page(), "start-development");
      visit.at("#dev-form button").click();
      assertThat(visit.at("#check-as")).hasText("You will join as Dr Jones & Co.");
    }
  }

  @Test
  void invitationLeavesTheAddressAndSurvivesAReload(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open();
      assertThat(visit.page().url()).isEqualTo(visit.relay().pageUrl());
      visit.page().reload();
      assertThat(visit.at("#check-as")).hasText("You will join as Pat Smith.");
    }
  }

  @Test
  void publishesAndPlaysAsTheStandardsSay(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.relay().participant("dr/jones 1", "Dr Jones", true);
      visit.join();
      Seen whip = visit.relay().await("POST", "/whip/v1");
      assertThat(whip.header("content-type")).isEqualTo("application/sdp");
      assertThat(whip.header("authorization"))
          .isEqualTo("Bearer " + StubRelay.token("room-1", "patient", "Pat Smith"));
      assertThat(whip.header("referer")).isNull();
      assertThat(whip.body()).contains("m=audio", "m=video", "a=group:BUNDLE 0 1");
      assertThat(whip.body().lines().filter("a=sendonly"::equals)).hasSize(2);
      Seen whep = visit.relay().await("POST", "/whep/v1/dr%2Fjones%201");
      assertThat(whep.body().lines().filter("a=recvonly"::equals)).hasSize(2);
      assertThat(visit.at("#call-status")).hasText("Connecting…");
      assertThat(visit.at(".tile figcaption")).hasText("Dr Jones");

      visit.at("#call-leave").click();
      assertThat(visit.at("#end-title")).isFocused();
      Seen goodbye = visit.relay().await("DELETE", "/whip/v1/sessions/1");
      assertThat(goodbye.header("authorization")).isEqualTo(whip.header("authorization"));
    }
  }

  /** What every test with a relay on this machine stands on. */
  @Test
  void checksReachARelayOnLoopback(ChromiumFixture chromium) throws IOException {
    try (DatagramSocket media = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        ConsultVisit visit = new ConsultVisit(chromium)) {
      visit
          .relay()
          .candidate(new InetSocketAddress(InetAddress.getLoopbackAddress(), media.getLocalPort()));
      visit.join();
      assertThat(StunCheck.await(media).getLength()).isGreaterThan(20);
    }
  }

  @Test
  void closingThePageSaysGoodbyeToBothSessions(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.relay().participant("clinician", "Dr Jones", true);
      visit.join();
      visit.until("window.consultRelay.players().get('clinician')?.remoteDescription != null");
      visit.until("window.consultRelay.publisher()?.remoteDescription != null");
      visit.page().navigate("about:blank");
      visit.relay().awaitAll("DELETE", "/whip/v1/sessions/1", "/whep/v1/clinician/sessions/1");
    }
  }

  @Test
  void saysThatItIsBusyAndComesBackWhenTold(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.relay().next("POST", "/whip/v1", Reply.of(503, "full").with("Retry-After", "2"));
      visit.join();
      assertThat(visit.at("#call-status"))
          .hasText("The service is busy. We will try again in 2 seconds.");
      assertThat(visit.at("#announcer")).containsText("busy");
      visit.relay().await("POST", "/whip/v1");
      visit.relay().await("POST", "/whip/v1");
      assertThat(visit.at("#call-status")).hasText("Connecting…");
    }
  }

  @Test
  void saysThatTheServiceCannotBeReached(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.page().route("**/whip/v1", route -> route.abort());
      visit.join();
      assertThat(visit.at("#call-status"))
          .hasText(
              "We cannot reach the service. Please check your internet connection. We will try"
                  + " again in 1 second.");
      visit.page().unroute("**/whip/v1");
      visit.relay().await("POST", "/whip/v1");
      assertThat(visit.at("#call-status")).hasText("Connecting…");
    }
  }

  @Test
  void aWrongTokenEndsTheMatterWithTheReason(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.relay().next("POST", "/whip/v1", Reply.of(401, "the token has expired"));
      visit.join();
      assertThat(visit.at("#refused-title")).isFocused();
      assertThat(visit.at("#refused-text")).containsText("not valid any more");
      assertThat(visit.at("#refused-reason"))
          .hasText("What the service said: the token has expired");
      visit.page().reload();
      assertThat(visit.at("#start-title")).isVisible();
    }
  }

  @Test
  void aForbiddenRoomReadsProblemDetails(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit
          .relay()
          .next(
              "POST",
              "/whip/v1",
              Reply.of(403, "{\"title\":\"Forbidden\",\"detail\":\"canPublish is false\"}")
                  .with("Content-Type", "application/problem+json"));
      visit.join();
      assertThat(visit.at("#refused-text")).containsText("does not allow you");
      assertThat(visit.at("#refused-reason")).containsText("canPublish is false");
    }
  }

  @Test
  void waitsForAPublisherThatDoesNotPublishYet(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit
          .relay()
          .next("POST", "/whep/v1/clinician", Reply.of(404, "clinician does not publish yet"));
      visit.relay().participant("clinician", "Dr Jones", false);
      visit.join();
      assertThat(visit.at("#call-message")).hasText("Dr Jones is getting ready.");
      visit.relay().participant("clinician", "Dr Jones", true);
      visit.relay().await("POST", "/whep/v1/clinician");
      assertThat(visit.at(".tile-note")).hasText("Connecting…");
      visit.relay().await("POST", "/whep/v1/clinician");
      visit.relay().participant("clinician", "Dr Jones", false);
      assertThat(visit.at(".tile")).hasCount(0);
      visit.relay().await("DELETE", "/whep/v1/clinician/sessions/1");
    }
  }

  @Test
  void aTokenThatExpiresDuringTheCallDoesNotEndIt(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.having("loopback.js").join();
      assertThat(visit.at("#call-status")).hasText("Connected");
      visit.page().evaluate("window.loopback.rosterStatus = 401");
      visit.until("window.loopback.log.includes('GET /whep/v1 401')");
      visit.until("window.consultRelay.publisher().connectionState === 'connected'");
      assertThat(visit.at("#call-status")).hasText(Pattern.compile("^Connected$"));
      assertThat(visit.at("#refused")).isHidden();
    }
  }
}
