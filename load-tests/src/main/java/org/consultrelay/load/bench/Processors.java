package org.consultrelay.load.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps the relay and the tester on different processors, where the system can. */
final class Processors {
  private static final boolean CAN_PIN =
      Runtime.getRuntime().availableProcessors() > 1 && run("taskset", "--version");

  private Processors() {}

  /** What to put in front of a command, so that it runs on that processor; may be nothing. */
  static List<String> pinTo(int processor) {
    return CAN_PIN ? List.of("taskset", "-c", Integer.toString(processor)) : List.of();
  }

  /** The same for the first so many processors; nothing when that leaves none for the tester. */
  static List<String> pinToFirst(int processors) {
    return CAN_PIN && processors < Runtime.getRuntime().availableProcessors()
        ? List.of("taskset", "-c", processors == 1 ? "0" : "0-" + (processors - 1))
        : List.of();
  }

  /** Moves this whole process to all processors but the first. */
  static void leaveFirst() {
    leaveFirst(1);
  }

  /** Moves this whole process to all processors but the first so many, if that leaves any. */
  static void leaveFirst(int processors) {
    if (CAN_PIN && processors < Runtime.getRuntime().availableProcessors()) {
      int last = Runtime.getRuntime().availableProcessors() - 1;
      run(
          "taskset",
          "-a",
          "-c",
          "-p",
          last == processors ? Integer.toString(last) : processors + "-" + last,
          Long.toString(ProcessHandle.current().pid()));
    }
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
