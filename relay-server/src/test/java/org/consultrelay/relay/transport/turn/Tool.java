package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine's that we did not write. */
final class Tool {
  private static final List<String> PLACES = List.of("/usr/bin", "/usr/sbin", "/usr/local/bin");

  private Tool() {}

  /** Its path. In CI it must be there; elsewhere a test without it is skipped. */
  static String find(String name) {
    for (String place : PLACES) {
      Path file = Path.of(place, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    if (System.getenv("CI") != null) {
      fail(name + " is not installed");
    }
    assumeTrue(false, name + " is not installed");
    throw new AssertionError();
  }

  /** Starts it; its output goes to a file. */
  static Process start(Path output, List<String> command) throws IOException {
    return new ProcessBuilder(new ArrayList<>(command))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** Runs it for at most a minute and returns what it printed. */
  static String run(Path output, List<String> command) throws IOException, InterruptedException {
    Process process = start(output, command);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        fail("took too long: " + command + "\n" + Files.readString(output));
      }
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }
}
