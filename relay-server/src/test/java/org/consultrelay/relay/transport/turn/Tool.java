package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine's that we did not write. */
final class Tool {
  private Tool() {}

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
