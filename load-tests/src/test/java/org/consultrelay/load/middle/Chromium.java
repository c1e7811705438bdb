package org.consultrelay.load.middle;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.consultrelay.load.net.BadNetwork;

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
    return launch(playwright, executable(), List.of());
  }

  /**
   * Launches it here, with a camera and a microphone that are not real and may be used by
   * everybody.
   *
   * @param origin the plain-HTTP origin whose pages get them too, as {@code http://10.199.0.1:7880}
   * @throws IllegalStateException when there is none
   */
  public static Browser launchWithDevices(Playwright playwright, String origin) {
    return launch(playwright, executable(), devices(origin));
  }

  /**
   * The same at the far end of a bad network.
   *
   * @throws IllegalStateException when there is none
   */
  public static Browser launchWithDevices(Playwright playwright, String origin, BadNetwork inside) {
    return launch(playwright, wrapper(inside), devices(origin));
  }

  private static Browser launch(Playwright playwright, Path executable, List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                // A machine without any network but loopback still has calls to test.
                "--allow-loopback-in-peer-connection"));
    arguments.addAll(more);
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(executable)
                .setHeadless(true)
                .setChromiumSandbox(false)
                .setArgs(arguments));
  }

  private static List<String> devices(String origin) {
    return List.of(
        "--use-fake-device-for-media-stream",
        "--use-file-for-fake-video-capture=" + BusyPicture.file(),
        "--use-fake-ui-for-media-stream",
        "--unsafely-treat-insecure-origin-as-secure=" + origin);
  }

  /** Playwright starts an executable; this one starts Chromium within the namespace. */
  private static Path wrapper(BadNetwork inside) {
    try {
      Path script =
          Files.createTempFile(
              "chromium-in-namespace",
              ".sh",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      script.toFile().deleteOnExit();
      String command = String.join(" ", inside.command(List.of("'" + executable() + "'")));
      return Files.writeString(script, "#!/bin/sh\nexec " + command + " \"$@\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
