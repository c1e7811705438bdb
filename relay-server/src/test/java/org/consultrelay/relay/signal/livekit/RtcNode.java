package org.consultrelay.relay.signal.livekit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.Needs;

/** {@code @livekit/rtc-node} and the scripts that use it, brought under {@code target} once. */
final class RtcNode {
  private static final Path SOURCE = Path.of("src/test/npm");
  private static final Path INSTALLED = Path.of("target/rtc-node");
  private static final List<String> FILES =
      List.of(".npmrc", "package.json", "package-lock.json", "participant.mjs", "guest.mjs");
  private static final long INSTALL_SECONDS = 120;
  private static final boolean THERE = install();

  private RtcNode() {}

  /**
   * Where it is. Where npm cannot bring it (a developer without a network) the test is skipped, but
   * not in CI, which has what {@code ./relay test} installs.
   */
  static Path directory() {
    Needs.that(THERE, "npm cannot install @livekit/rtc-node here, see " + log("install"));
    return INSTALLED;
  }

  /** Where one of its processes writes. */
  static Path log(String name) {
    return INSTALLED.resolve(name + ".log").toAbsolutePath();
  }

  private static boolean install() {
    try {
      Files.createDirectories(INSTALLED);
      for (String file : FILES) {
        Files.write(INSTALLED.resolve(file), Files.readAllBytes(SOURCE.resolve(file)));
      }
      Process install =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log("install").toFile())
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
