package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.consultrelay.relay.Needs;

/** Holds what a page shows against the rules of axe-core, which are those of WCAG 2.2 and more. */
final class Axe {
  /** Brought by {@code bundle.sh}, as the page's other packages. */
  private static final Path SOURCE = Path.of("src/main/npm/node_modules/axe-core/axe.min.js");

  private static final String RUN =
      """
      async () => {
        const { violations } = await axe.run(document, {
          rules: { 'target-size': { enabled: true } },
        });
        return violations.map((each) => `${each.id}: ${each.help}: ` +
          each.nodes.map((node) => `${node.target} ${node.any.map((check) => check.message)}`).join('; '));
      }
      """;

  private Axe() {}

  /**
   * Fails when anything is wrong with what {@code page} shows; {@code screen} is how we call it.
   */
  static void check(Page page, String screen) {
    Needs.that(Files.exists(SOURCE), "npm brought no axe-core");
    // Evaluated, not added as a script: the page's policy lets no foreign script in.
    if (Boolean.FALSE.equals(page.evaluate("() => 'axe' in window"))) {
      page.evaluate(source());
    }
    assertThat((List<?>) page.evaluate(RUN)).as("axe on " + screen).isEmpty();
  }

  private static String source() {
    try {
      return Files.readString(SOURCE) + "\n;0";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
