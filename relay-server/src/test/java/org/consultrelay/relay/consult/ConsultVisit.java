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

/**
 * One person's visit to the consult page of a stub relay; fails at the end when the page misbehaved
 * on the way.
 */
final class ConsultVisit implements AutoCloseable {
  private final StubRelay relay = StubRelay.start("127.0.0.1");
  private final Page page;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  ConsultVisit(ChromiumFixture chromium) {
    this(chromium, 1280, 800);
  }

  ConsultVisit(ChromiumFixture chromium, int width, int height) {
    page = chromium.newPage(width, height);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.onPageError(faults::add);
    page.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) {
        faults.add(message.text());
      }
    });
    page.onRequest(request -> {
      if (!request.url().startsWith(relay.origin())) {
        faults.add("A request left for " + request.url());
      }
    });
  }

  StubRelay relay() {
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
    page.navigate(relay.pageUrl() + "#token=" + StubRelay.token("room-1", "patient", "Pat Smith"));
    page.waitForSelector("#check-title");
    return this;
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
