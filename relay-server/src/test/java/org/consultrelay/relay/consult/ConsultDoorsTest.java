package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the page comes in: the invitation, the relay's door, and each way it says no. */
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
      String token = visit.relay().token(ConsultVisit.grants());
      visit.at("#paste-link").fill("https://relay.example/consult#token=" + token);
      visit.page().keyboard().press("Enter");
      assertThat(visit.at("#check-as")).hasText("You will join as Pat Smith.");
    }
  }

  @Test
  void developmentRelayLetsAnybodyIn(ChromiumFixture chromium) {
    try (ConsultVisit visit =
        new ConsultVisit(chromium, TestRelay.startForDevelopment("127.0.0.1"))) {
      visit.page().navigate(visit.relay().pageUrl());
      visit.at("#dev-room").fill("room 7");
      visit.at("#dev-name").fill("Dr Jones & Co");
      ChromiumFixture.screenshot(visit.page(), "start-development");
      visit.at("#dev-form button:not([type])").click();
      assertThat(visit.at("#check-as")).hasText("You will join as Dr Jones & Co.");
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).hasText("Connected");
    }
  }

  @Test
  void invitationLeavesTheAddressAndSurvivesAReload(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open();
      assertThat(visit.page().url()).isEqualTo(visit.relay().pageUrl() + "/");
      visit.page().reload();
      assertThat(visit.at("#check-as")).hasText("You will join as Pat Smith.");
    }
  }

  @Test
  void aPageWithoutItsClientSaysSo(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit
          .page()
          .route("**/vendor/**", route -> route.fulfill(new Route.FulfillOptions().setStatus(404)));
      visit.page().navigate(visit.relay().pageUrl());
      assertThat(visit.at("#broken")).containsText("could not be loaded");
    }
  }

  /** The network changes while the page loads: it loads itself anew. */
  @Test
  void aPartThatFailsOnceIsFetchedAgain(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      AtomicInteger asked = new AtomicInteger();
      visit
          .page()
          .route(
              "**/call.js",
              route -> {
                if (asked.incrementAndGet() == 1) {
                  route.abort();
                } else {
                  route.resume();
                }
              });
      visit.page().navigate(visit.relay().pageUrl());
      assertThat(visit.at("#start-title")).isVisible();
      assertThat(visit.at("#broken")).isHidden();
      assertThat(asked.get()).isEqualTo(2);
    }
  }

  @Test
  void closingThePageSaysGoodbye(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      Page clinician = visit.meets(chromium, "clinician");
      visit.join();
      assertThat(clinician.locator(".tile figcaption span").first()).hasText("Pat Smith");
      visit.page().navigate("about:blank");
      assertThat(clinician.locator(".tile")).hasCount(0);
      assertThat(clinician.locator("#call-message")).containsText("Waiting");
      clinician.context().close();
    }
  }

  @Test
  void saysThatItIsBusyAndComesBack(ChromiumFixture chromium) {
    try (ConsultVisit visit =
        new ConsultVisit(
            chromium,
            TestRelay.start("127.0.0.1", "rooms.maxRooms=1", "rooms.departureTimeout=1s"))) {
      Page clinician = visit.somebody(chromium, "room-2", "clinician");
      visit.join();
      assertThat(visit.at("#call-status"))
          .hasText(Pattern.compile("The service is busy. We will try again in \\d seconds?."));
      assertThat(visit.at("#announcer")).containsText("busy");
      clinician.locator("#call-leave").click();
      assertThat(visit.at("#call-status")).hasText("Connected");
      clinician.context().close();
    }
  }

  @Test
  void saysThatTheServiceCannotBeReached(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open();
      visit.page().context().setOffline(true);
      visit.at("#check-join").click();
      assertThat(visit.at("#call-status")).containsText("We cannot reach the service.");
      visit.page().context().setOffline(false);
      assertThat(visit.at("#call-status")).hasText("Connected");
    }
  }

  @Test
  void aWrongTokenEndsTheMatterWithTheReason(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.open(expired(visit), "");
      visit.at("#check-join").click();
      assertThat(visit.at("#refused-title")).isFocused();
      assertThat(visit.at("#refused-text")).containsText("not valid any more");
      assertThat(visit.at("#refused-reason")).containsText("expired");
      visit.page().reload();
      assertThat(visit.at("#start-title")).isVisible();
    }
  }

  /** An invitation of yesterday. */
  static String expired(ConsultVisit visit) {
    InstantSource yesterday = InstantSource.fixed(Instant.now().minus(Duration.ofDays(1)));
    return visit.relay().token(ConsultVisit.grants(), TestRelay.SECRET, yesterday);
  }

  @Test
  void whoComesASecondTimeIsToldThatTheCallGoesOnElsewhere(ChromiumFixture chromium) {
    try (ConsultVisit visit = new ConsultVisit(chromium)) {
      visit.join();
      assertThat(visit.at("#call-status")).hasText("Connected");
      Page second = visit.meets(chromium, "patient");
      assertThat(visit.at("#end-title")).containsText("another window");
      assertThat(second.locator("#call-status")).hasText("Connected");
      second.context().close();
    }
  }
}
