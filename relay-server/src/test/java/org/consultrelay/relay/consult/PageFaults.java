package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;

/** What no screen of the page may have, whatever its size and language. */
final class PageFaults {
  /** What a control must not be: unnamed, smaller than 44 pixels, or outside the page's width. */
  private static final String FAULTS =
      """
      () => {
        const faults = [];
        if (document.documentElement.scrollWidth > window.innerWidth) {
          faults.push('scrolls sideways: ' + document.documentElement.scrollWidth);
        }
        for (const element of document.querySelectorAll('button, input, select, a')) {
          const box = element.getBoundingClientRect();
          if (box.width === 0) {
            continue;
          }
          const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
          const id = element.id || element.dataset.switch || element.dataset.action || element.textContent;
          if (!name.trim()) {
            faults.push(id + ' has no name');
          }
          if (element.tagName === 'BUTTON' && element.scrollWidth > element.clientWidth + 4) {
            faults.push(id + ' cuts its words: ' + element.textContent.trim());
          }
          if (box.width < 44 || box.height < 44) {
            faults.push(id + ' is ' + box.width + ' by ' + box.height);
          }
          if (box.left < 0 || box.right > window.innerWidth) {
            faults.push(id + ' sticks out');
          }
        }
        for (const element of document.querySelectorAll('[data-t], [data-t-label]')) {
          if (/^[a-z]+\\.[a-zA-Z.]+$/.test(element.textContent)) {
            faults.push('no text for ' + element.textContent);
          }
        }
        return faults;
      }
      """;

  private PageFaults() {}

  /** Fails with all faults of what {@code page} shows; {@code screen} is how we call it. */
  static void check(Page page, String screen) {
    assertThat((List<?>) page.evaluate(FAULTS)).as(screen).isEmpty();
  }
}
