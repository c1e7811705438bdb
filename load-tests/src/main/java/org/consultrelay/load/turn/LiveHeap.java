package org.consultrelay.load.turn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a Java process really holds on its heap: a collection is made first. */
final class LiveHeap {
  private static final long PATIENCE_SECONDS = 60;

  private LiveHeap() {}

  /** Bytes of live objects; NaN when the process is not Java's or does not tell. */
  static double bytes(long processId) throws InterruptedException {
    try {
      if (!Files.readString(Path.of("/proc", Long.toString(processId), "comm"))
          .startsWith("java")) {
        return Double.NaN;
      }
      Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
      Process process =
          new ProcessBuilder(jcmd.toString(), Long.toString(processId), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      // The last line: "Total", instances, bytes.
      return said.lines()
          .filter(line -> line.startsWith("Total"))
          .map(line -> List.of(line.strip().split("\\s+", -1)))
          .mapToDouble(words -> Double.parseDouble(words.getLast()))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
