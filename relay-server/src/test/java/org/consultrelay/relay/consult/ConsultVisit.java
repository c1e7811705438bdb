package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.consultrelay.relay.api.Grants;

/** One person's visit to the consult page; fails at the end when the page misbehaved on the way. */
final class ConsultVisit implements AutoCloseable {
  private final TestRelay relay;
  private final Page page;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  ConsultVisit(ChromiumFixture chromium) {
    this(chromium, TestRelay.start("127.0.0.1"));
  }

  /** The relay is closed with the visit. */
  ConsultVisit(ChromiumFixture chromium, TestRelay relay) {
    this.relay = relay;
    page = chromium.newPage(1280, 800);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.onPageError(faults::add);
    page.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) {
        faults.add(message.text());
      }
    });
    page.onRequest(request -> {
      if (!request.url().startsWith(relay.url()) && !request.url().startsWith("blob:")) {
        faults.add("A request left for " + request.url());
      }
    });
  }

  TestRelay relay() {
    return relay;
  }

  Page page() {
    return page;
  }

  /** Runs a script of {@code src/test/resources/consult} before the page's own. */
  ConsultVisit having(String script) {
    page.addInitScript(read(script));
    return this;
  }

  /** Runs such a script in the page now. */
  void meanwhile(String script) {
    page.evaluate("() => {" + read(script) + "}");
  }

  /** Opens the page with an invitation for {@code patient} to {@code room-1}. */
  ConsultVisit open() {
    return open(relay.token(grants()), "");
  }

  /** Opens the page with this invitation; {@code rest} is what stands behind the token. */
  ConsultVisit open(String token, String rest) {
    page.navigate(relay.pageUrl() + "#token=" + token + rest);
    page.waitForSelector("#check-title");
    return this;
  }

  /** What the invitation says. */
  static Grants grants() {
    Grants join = Grants.join("patient", "room-1");
    return new Grants(join.identity(), "Pat Smith", "", join.attributes(), "", join.video());
  }

  /** Another person in the same room, in a page of its own, who is in when this returns. */
  Page meets(ChromiumFixture chromium, String identity) {
    return somebody(chromium, "room-1", identity);
  }

  /** Another person in a room of their choice, who is in when this returns. */
  Page somebody(ChromiumFixture chromium, String room, String identity) {
    Page other = chromium.newPage(640, 480);
    other.navigate(relay.pageUrl() + "#token=" + relay.token(room, identity));
    other.waitForCondition(() ->
        Boolean.TRUE.equals(
            other.evaluate("document.querySelector('#check-preview').videoWidth > 0")));
    other.locator("#check-join").click();
    other.waitForCondition(() -> "Connected".equals(other.locator("#call-status").textContent()));
    return other;
  }

  /** Opens the page, waits for the camera picture and joins. */
  ConsultVisit join() {
    open();
    page.waitForCondition(() -> is("document.querySelector('#check-preview').videoWidth > 0"));
    at("#check-join").click();
    return this;
  }

  Locator at(String selector) {
    return page.locator(selector);
  }

  /** Whether a JavaScript expression is true in the page now. */
  boolean is(String expression) {
    return Boolean.TRUE.equals(page.evaluate(expression));
  }

  /** Waits until a JavaScript expression is true. */
  void until(String expression) {
    page.waitForCondition(() -> is(expression));
  }

  private static String read(String script) {
    try (InputStream in = ConsultVisit.class.getResourceAsStream("/consult/" + script)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    page.context().close();
    relay.close();
    assertThat(faults).isEmpty();
  }
}
