package org.consultrelay.relay.signal.livekit.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.signal.SpeakingProcess;

/** A back end on {@code livekit-server-sdk}, brought under {@code target} once. */
public final class ServerSdk {
  private static final Path SOURCE = Path.of("src/test/npm-server-sdk");
  private static final Path INSTALLED = Path.of("target/webhook-receiver");
  private static final List<String> FILES =
      List.of(".npmrc", "package.json", "package-lock.json", "webhook-receiver.mjs");
  private static final long INSTALL_SECONDS = 120;
  private static final boolean THERE = install();

  private ServerSdk() {}

  /**
   * Starts a receiver. Where npm cannot bring the SDK (a developer without a network) the test is
   * skipped, but not in CI.
   *
   * @param port to listen on; 0 for a free one, which it says
   */
  public static SpeakingProcess receiver(String key, String secret, int port) throws IOException {
    if ("true".equals(System.getenv("CI"))) {
      assertThat(THERE).as("npm installs livekit-server-sdk, see %s", log()).isTrue();
    }
    assumeTrue(THERE, "npm cannot install livekit-server-sdk here");
    return SpeakingProcess.start(
        new ProcessBuilder("node", "webhook-receiver.mjs", key, secret, Integer.toString(port))
            .directory(INSTALLED.toFile()));
  }

  private static Path log() {
    return INSTALLED.resolve("install.log").toAbsolutePath();
  }

  private static boolean install() {
    try {
      Files.createDirectories(INSTALLED);
      for (String file : FILES) {
        Files.write(INSTALLED.resolve(file), Files.readAllBytes(SOURCE.resolve(file)));
      }
      Process install =
          new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
      if (!install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
        install.destroyForcibly();
        return false;
      }
      return install.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
