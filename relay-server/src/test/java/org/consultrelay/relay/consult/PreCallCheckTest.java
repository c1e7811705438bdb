package org.consultrelay.relay.consult;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.consultrelay.relay.consult.ChromiumFixture.Options;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of device and line, by the link that a support desk sends. */
class PreCallCheckTest {
  private static final double PATIENCE_MILLIS = 60_000;

  @TempDir Path directory;

  private static void check(Page page, String pageUrl, String token) {
    page.navigate(pageUrl + "#token=" + token + "&check");
    page.locator("#line-start").click();
    assertThat(page.locator("#line-summary"))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS));
  }

  private static void row(Page page, String row, String state) {
    assertThat(page.locator("[data-row='" + row + "']")).hasAttribute("data-state", state);
  }

  @Test
  void onAGoodLineEverythingWorks() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay =
            TestRelay.start(
                network.relayAddress(),
                TestCertificate.ofAddress(network.relayAddress())
                    .settings(directory, "turn.host=" + network.relayAddress()));
        ChromiumFixture chromium = inside(network, relay)) {
      Page page = chromium.newPage();
      check(page, relay.pageUrl(), relay.token("check-1", "check"));
      ChromiumFixture.screenshot(page, "line-good");
      Axe.check(page, "line");
      for (String row :
          new String[] {
            "camera", "service", "udp", "tcp", "turnUdp", "turnTcp", "turnTls", "speed", "loss"
          }) {
        row(page, row, "good");
      }
      assertThat(page.locator("#line-summary")).hasAttribute("data-verdict", "video");
      assertThat(page.locator("[data-row='speed']")).containsText("Mbit/s");
      row(page, "speaker", "ask");
      page.locator("#line-silent").click();
      row(page, "speaker", "bad");
      page.locator("#line-heard").click();
      row(page, "speaker", "good");
      // What a support desk is sent names no address.
      assertThat((String) page.evaluate("document.querySelector('#line-rows').innerText"))
          .doesNotContain("10.199");
    }
  }

  @Test
  void onAPhoneWithoutTurnItIsSaidPlainly() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay =
            TestRelay.start(network.relayAddress(), "turn.udpPort=off", "turn.tcpPort=off");
        ChromiumFixture chromium = inside(network, relay)) {
      Page page = chromium.newPage(360, 740);
      check(page, relay.pageUrl(), relay.token("check-2", "check"));
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(Path.of("target", "screenshots", "line-phone.png"))
              .setFullPage(true));
      row(page, "udp", "good");
      row(page, "turnUdp", "none");
      row(page, "turnTls", "none");
      assertThat(page.locator("#line-summary")).hasAttribute("data-verdict", "video");
      assertThat(
              (Boolean)
                  page.evaluate(
                      "document.documentElement.scrollWidth <="
                          + " document.documentElement.clientWidth"))
          .isTrue();
    }
  }

  @Test
  void aFirewallThatBlocksUdpIsFoundAndTheWayThroughToo() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay = TestRelay.start(network.relayAddress(), "tcp.icePort=off");
        ChromiumFixture chromium = inside(network, relay)) {
      network.allowOnly(
          Map.of(URI.create(relay.pageUrl()).getPort(), "tcp", relay.relay().turnTcpPort(), "tcp"));
      Page page = chromium.newPage();
      check(page, relay.pageUrl(), relay.token("check-3", "check"));
      ChromiumFixture.screenshot(page, "line-firewall");
      row(page, "udp", "bad");
      row(page, "turnUdp", "bad");
      row(page, "turnTcp", "good");
      assertThat(page.locator("[data-row='udp']")).containsText("ask your IT");
      assertThat(page.locator("#line-summary")).hasAttribute("data-verdict", "video");
    }
  }

  @Test
  void aLinkThatIsNotValidIsSaid() {
    try (TestRelay relay = TestRelay.start("127.0.0.1");
        ChromiumFixture chromium = ChromiumFixture.launch(Options.plain())) {
      Page page = chromium.newPage();
      String token = relay.token("check-4", "check");
      check(page, relay.pageUrl(), token.substring(0, token.length() - 4) + "AAAA");
      row(page, "service", "bad");
      row(page, "udp", "unknown");
      assertThat(page.locator("#line-summary")).hasAttribute("data-verdict", "none");
    }
  }

  private static ChromiumFixture inside(NetworkNamespace network, TestRelay relay) {
    String page = relay.pageUrl();
    return ChromiumFixture.launch(
        Options.plain()
            .inside(network)
            .trusting(page.substring(0, page.lastIndexOf('/')))
            .with("--ignore-certificate-errors"));
  }
}
