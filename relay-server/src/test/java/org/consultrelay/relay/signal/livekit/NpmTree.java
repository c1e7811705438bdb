package org.consultrelay.relay.signal.livekit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Packages from npm, as a lock file names them, beside the scripts that use them. */
final class NpmTree {
  private static final long SECONDS = 120;

  private NpmTree() {}

  /**
   * Copies the files and has npm bring the packages.
   *
   * @return whether npm could; what it says is in {@code install.log}
   */
  static boolean install(Path source, Path target, List<String> files) {
    try {
      Files.createDirectories(target);
      for (String file : files) {
        Files.write(target.resolve(file), Files.readAllBytes(source.resolve(file)));
      }
      Process install =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(target.toFile())
              .redirectErrorStream(true)
              .redirectOutput(target.resolve("install.log").toFile())
              .start();
      if (!install.waitFor(SECONDS, TimeUnit.SECONDS)) {
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
