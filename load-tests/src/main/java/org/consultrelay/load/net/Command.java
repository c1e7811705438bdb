package org.consultrelay.load.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the system that ends soon. */
final class Command {
  private static final int SECONDS = 10;

  private Command() {}

  /**
   * Runs it and returns what it printed.
   *
   * @throws IllegalStateException when it fails or takes longer than ten seconds
   */
  static String run(String... command) {
    String line = String.join(" ", command);
    try {
      Path output = Files.createTempFile("bad-network", ".out");
      try {
        // Into a file: a full pipe would keep the command waiting for us.
        Process process =
            new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("took too long: " + line);
        }
        String text = Files.readString(output);
        if (process.exitValue() != 0) {
          throw new IllegalStateException("failed: " + line + ": " + text.strip());
        }
        return text;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + command[0] + ": install iproute2", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + line, e);
    }
  }
}
