package org.consultrelay.relay.consult;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the machine's Chromium: system property or environment {@code CHROMIUM}, then the usual
 * places.
 */
final class ChromiumExecutable {
  private static final List<String> USUAL =
      List.of(
          "/usr/bin/chromium",
          "/usr/bin/chromium-browser",
          "/usr/bin/google-chrome",
          "/snap/bin/chromium",
          "/Applications/Chromium.app/Contents/MacOS/Chromium",
          "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

  private ChromiumExecutable() {}

  /**
   * The executable.
   *
   * @throws IllegalStateException when there is none, with one line that says what to install
   */
  static Path find() {
    return Stream.concat(
            Stream.of(
                System.getProperty("CHROMIUM", ""), System.getenv().getOrDefault("CHROMIUM", "")),
            USUAL.stream())
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "No Chromium found: install it (Debian, Ubuntu: apt-get install chromium) or set"
                    + " CHROMIUM to its path"));
  }
}
