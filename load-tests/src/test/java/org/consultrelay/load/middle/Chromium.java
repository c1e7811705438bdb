package org.consultrelay.load.middle;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The machine's own Chromium, without a window. */
public final class Chromium {
  private static final List<String> USUAL =
      List.of(
          "/usr/bin/chromium",
          "/usr/bin/chromium-browser",
          "/usr/bin/google-chrome",
          "/snap/bin/chromium");

  private Chromium() {}

  /** What drives it; downloads no browser of its own. */
  public static Playwright playwright() {
    return Playwright.create(
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  }

  /**
   * Launches it.
   *
   * @throws IllegalStateException when there is none, with one line that says what to install
   */
  public static Browser launch(Playwright playwright) {
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(executable())
                .setHeadless(true)
                .setChromiumSandbox(false)
                .setArgs(
                    List.of(
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        // A machine without any network but loopback still has calls to test.
                        "--allow-loopback-in-peer-connection")));
  }

  private static Path executable() {
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
