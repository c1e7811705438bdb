package org.consultrelay.relay.consult;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with a fake camera (a moving pattern) and a fake microphone (a beep each
 * second), which grants every permission. Every page gets a profile of its own, as two people have.
 * Playwright wants one thread: use a fixture from the thread that launched it.
 */
public final class ChromiumFixture implements AutoCloseable {
  private static final List<String> ARGUMENTS =
      List.of(
          "--use-fake-device-for-media-stream",
          "--use-fake-ui-for-media-stream",
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-quic",
          // A machine without any network but loopback still has calls to test.
          "--allow-loopback-in-peer-connection");

  private static final double PATIENCE_MILLIS = 45_000;

  /** How long an expectation may take to come true: a machine that also builds is slow. */
  private static final double EXPECTATION_MILLIS = 20_000;

  static {
    PlaywrightAssertions.setDefaultAssertionTimeout(EXPECTATION_MILLIS);
  }

  /**
   * How to launch.
   *
   * @param arguments further command-line arguments
   * @param inside run the browser in this namespace; null: in our own
   */
  public record Options(List<String> arguments, @Nullable NetworkNamespace inside) {
    public static Options plain() {
      return new Options(List.of(), null);
    }

    /** Adds a command-line argument. */
    Options with(String argument) {
      List<String> more = new ArrayList<>(arguments);
      more.add(argument);
      return new Options(List.copyOf(more), inside);
    }

    /** Runs the browser on the far side of a bad network. */
    Options inside(NetworkNamespace network) {
      return new Options(arguments, network);
    }

    /**
     * Gives camera and microphone to a plain-HTTP origin other than localhost, e.g. {@code
     * http://10.199.0.1:7880}.
     */
    Options trusting(String origin) {
      return with("--unsafely-treat-insecure-origin-as-secure=" + origin);
    }
  }

  private final Playwright playwright;
  private final Browser browser;
  private final @Nullable Path wrapper;

  private ChromiumFixture(Playwright playwright, Browser browser, @Nullable Path wrapper) {
    this.playwright = playwright;
    this.browser = browser;
    this.wrapper = wrapper;
  }

  /** Launches a browser; takes a second or two. */
  public static ChromiumFixture launch(Options options) {
    Path chromium = ChromiumExecutable.find();
    NetworkNamespace network = options.inside();
    Path wrapper = network == null ? null : wrapper(chromium, network);
    List<String> arguments = new ArrayList<>(ARGUMENTS);
    arguments.addAll(options.arguments());
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      Browser browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(wrapper == null ? chromium : wrapper)
                      .setHeadless(true)
                      .setChromiumSandbox(false)
                      .setArgs(arguments));
      return new ChromiumFixture(playwright, browser, wrapper);
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /** A page of its own profile, 1280 by 800. */
  public Page newPage() {
    return newPage(1280, 800);
  }

  /** A page of its own profile and of this size in CSS pixels. */
  public Page newPage(int width, int height) {
    Page page =
        browser
            .newContext(
                new Browser.NewContextOptions().setViewportSize(width, height).setLocale("en-GB"))
            .newPage();
    page.setDefaultTimeout(PATIENCE_MILLIS);
    return page;
  }

  /** Saves what a page shows as {@code target/screenshots/<name>.png}, for people to look at. */
  static Path screenshot(Page page, String name) {
    Path file = Path.of("target", "screenshots", name + ".png");
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
    return file;
  }

  @Override
  public void close() {
    try {
      browser.close();
    } finally {
      playwright.close();
      if (wrapper != null) {
        deleteQuietly(wrapper);
      }
    }
  }

  /** Playwright starts an executable; this one starts Chromium within the namespace. */
  private static Path wrapper(Path chromium, NetworkNamespace network) {
    try {
      Path script =
          Files.createTempFile(
              "chromium-in-namespace",
              ".sh",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return Files.writeString(
          script,
          "#!/bin/sh\nexec ip netns exec %s '%s' \"$@\"\n".formatted(network.name(), chromium));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }
}
