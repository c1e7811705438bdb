package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.consultrelay.relay.consult.ChromiumFixture.Options;
import org.junit.jupiter.api.Test;

/**
 * Two people meet on the consult page: one in {@code patient}'s browser profile, one in {@code
 * clinician}'s, both through WHIP and WHEP of a real relay. What is left to a subclass is how the
 * relay starts.
 */
abstract class ConsultCallScenario {
  private static final String ROOM = "consultation-1";
  private static final Duration MEDIA = Duration.ofSeconds(60);
  private static final double MEDIA_MILLIS = 60_000;
  private static final double LOSS = 0.03;

  /**
   * Starts a relay on any free ports.
   *
   * @param address bind HTTP and media to this IPv4 address and advertise it: {@code 127.0.0.1}, or
   *     our end of a network namespace
   */
  abstract RunningRelay startRelay(String address);

  @Test
  void bothSeeAndHearEachOther() {
    try (RunningRelay relay = startRelay("127.0.0.1");
        ChromiumFixture chromium = ChromiumFixture.launch(Options.plain())) {
      Call call = Call.begin(chromium, relay);
      call.awaitBothWays("video", "framesDecoded", 100);
      call.awaitBothWays("audio", "totalAudioEnergy", 0);
      double heardByPatient = call.heard(call.patient, "clinician");
      double heardByClinician = call.heard(call.clinician, "patient");
      // It was not one click at the start: the sound goes on.
      call.await(call.patient, "clinician", "audio", "totalAudioEnergy", heardByPatient);
      call.await(call.clinician, "patient", "audio", "totalAudioEnergy", heardByClinician);
      ChromiumFixture.screenshot(call.patient, "call-patient");
      ChromiumFixture.screenshot(call.clinician, "call-clinician");
      assertThat(call.streams())
          .hasSize(4)
          .allSatisfy(stream -> assertThat(stream.packetsLost()).isZero());
      call.leaveBoth();
    }
  }

  @Test
  void lossIsRepairedByRetransmission() {
    try (NetworkNamespace network = NetworkNamespace.open();
        RunningRelay relay = startRelay(network.relayAddress());
        ChromiumFixture chromium = launchInside(network, relay)) {
      network.lose(LOSS);
      Call call = Call.begin(chromium, relay);
      call.awaitBothWays("video", "nackCount", 0);
      call.awaitBothWays("video", "retransmittedPacketsReceived", 0);
      // Frames go on after the first repairs.
      double seenByPatient = call.frames(call.patient, "clinician");
      double seenByClinician = call.frames(call.clinician, "patient");
      call.await(call.patient, "clinician", "video", "framesDecoded", seenByPatient + 100);
      call.await(call.clinician, "patient", "video", "framesDecoded", seenByClinician + 100);
      assertThat(network.dropped()).isPositive();
      call.leaveBoth();
    }
  }

  @Test
  void brokenPathIsFoundAgain() {
    try (NetworkNamespace network = NetworkNamespace.open();
        RunningRelay relay = startRelay(network.relayAddress());
        ChromiumFixture chromium = launchInside(network, relay)) {
      Call call = Call.begin(chromium, relay);
      call.awaitBothWays("video", "framesDecoded", 0);
      network.lose(1);
      assertThat(call.patient.locator("#call-status"))
          .containsText(
              "reconnecting", new LocatorAssertions.ContainsTextOptions().setTimeout(MEDIA_MILLIS));
      network.lose(0);
      assertThat(call.patient.locator("#call-status"))
          .hasText("Connected", new LocatorAssertions.HasTextOptions().setTimeout(MEDIA_MILLIS));
      // A session opened anew counts from nothing, a restarted one from where it was: either way it
      // must grow.
      double seenByPatient = call.frames(call.patient, "clinician");
      call.await(call.patient, "clinician", "video", "framesDecoded", seenByPatient + 50);
      call.leaveBoth();
    }
  }

  @Test
  void whoLeavesIsGoneAndMayComeBack() {
    try (RunningRelay relay = startRelay("127.0.0.1");
        ChromiumFixture chromium = ChromiumFixture.launch(Options.plain())) {
      Call call = Call.begin(chromium, relay);
      call.awaitBothWays("video", "framesDecoded", 0);
      call.clinician.locator("#call-leave").click();
      assertThat(call.patient.locator(".tile")).hasCount(0);
      assertThat(call.patient.locator("#call-message")).containsText("Waiting");
      call.clinician.locator("#end-again").click();
      call.clinician.locator("#check-join").click();
      call.awaitBothWays("video", "framesDecoded", 50);
      call.leaveBoth();
    }
  }

  private static ChromiumFixture launchInside(NetworkNamespace network, RunningRelay relay) {
    URI page = URI.create(relay.pageUrl());
    return ChromiumFixture.launch(
        Options.plain().inside(network).trusting("http://" + page.getAuthority()));
  }

  /** The two pages of one consultation. */
  record Call(Page patient, Page clinician) {
    static Call begin(ChromiumFixture chromium, RunningRelay relay) {
      return begin(chromium.newPage(), chromium.newPage(), relay);
    }

    static Call begin(Page patient, Page clinician, RunningRelay relay) {
      Call call = new Call(patient, clinician);
      join(call.patient, relay, "patient");
      join(call.clinician, relay, "clinician");
      return call;
    }

    private static void join(Page page, RunningRelay relay, String identity) {
      page.navigate(relay.pageUrl() + "#token=" + relay.token(ROOM, identity));
      awaitPreview(page, identity);
      page.locator("#check-join").click();
    }

    /** The devices are open once the preview runs. */
    private static void awaitPreview(Page page, String identity) {
      try {
        page.waitForCondition(() ->
            Boolean.TRUE.equals(
                page.evaluate("document.querySelector('#check-preview').videoWidth > 0")));
      } catch (TimeoutError e) {
        ChromiumFixture.screenshot(page, "no-preview-" + identity);
        Object seen =
            page.evaluate(
                """
                () => [isSecureContext, document.readyState, document.visibilityState,
                  ...[...document.querySelectorAll('#check-preview')].map(v => [v.readyState, v.paused,
                    v.srcObject?.getTracks().map(t => [t.kind, t.readyState, t.muted, t.enabled])]),
                  document.body.innerText]\
                """);
        throw new AssertionError("no preview of the camera: " + seen, e);
      }
    }

    void awaitBothWays(String kind, String member, double above) {
      await(patient, "clinician", kind, member, above);
      await(clinician, "patient", kind, member, above);
    }

    void await(Page page, String from, String kind, String member, double above) {
      InboundRtp.awaitAbove(page, from, kind, member, above, MEDIA);
    }

    double heard(Page page, String from) {
      return InboundRtp.of(page, from, "audio").totalAudioEnergy();
    }

    /** Frames decoded so far; 0 while the player is being opened anew. */
    double frames(Page page, String from) {
      return InboundRtp.of(page, from).stream().mapToDouble(InboundRtp::framesDecoded).sum();
    }

    List<InboundRtp> streams() {
      return List.of(
          InboundRtp.of(patient, "clinician", "audio"),
          InboundRtp.of(patient, "clinician", "video"),
          InboundRtp.of(clinician, "patient", "audio"),
          InboundRtp.of(clinician, "patient", "video"));
    }

    void leaveBoth() {
      patient.locator("#call-leave").click();
      clinician.locator("#call-leave").click();
      assertThat(patient.locator("#end-title")).isVisible();
      assertThat(clinician.locator("#end-title")).isVisible();
    }
  }
}
