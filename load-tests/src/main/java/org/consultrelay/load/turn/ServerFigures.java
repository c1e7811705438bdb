package org.consultrelay.load.turn;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Linux says about a process at one moment ({@code /proc}, see proc(5)).
 *
 * @param atNanos when, on {@link System#nanoTime()}'s clock
 * @param cpuSeconds user and system time of the process, threads that ended included
 * @param residentBytes RSS
 * @param proportionalBytes PSS: shared pages counted by their share; 0 where we may not read it
 * @param openFiles descriptors
 * @param threads by number: nanoseconds on a processor or waiting for one
 */
public record ServerFigures(
    long atNanos,
    double cpuSeconds,
    long residentBytes,
    long proportionalBytes,
    int openFiles,
    Map<String, Long> threads) {
  /** USER_HZ, the same on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** Copies. */
  public ServerFigures {
    threads = Map.copyOf(threads);
  }

  /**
   * One look.
   *
   * @throws IOException when there is no such process, or no Linux
   */
  public static ServerFigures read(long processId) throws IOException {
    Path process = Path.of("/proc", Long.toString(processId));
    long now = System.nanoTime();
    String stat = Files.readString(process.resolve("stat"));
    // The name, in parentheses, may have spaces in it.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    double cpu =
        (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
    Map<String, Long> threads = new HashMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path task : tasks) {
        threads.put(task.getFileName().toString(), runnableNanos(task));
      }
    }
    return new ServerFigures(
        now,
        cpu,
        kibibytes(process.resolve("status"), "VmRSS:"),
        kibibytes(process.resolve("smaps_rollup"), "Pss:"),
        count(process.resolve("fd")),
        threads);
  }

  private static long runnableNanos(Path task) {
    try {
      // Nanoseconds on a processor, nanoseconds waiting for one, turns.
      List<String> numbers =
          List.of(Files.readString(task.resolve("schedstat")).strip().split(" ", -1));
      return Long.parseLong(numbers.get(0)) + Long.parseLong(numbers.get(1));
    } catch (IOException e) {
      return 0; // the thread has ended meanwhile
    }
  }

  private static long kibibytes(Path file, String key) throws IOException {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static int count(Path directory) {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        count += entry.getNameCount() > 0 ? 1 : 0;
      }
    } catch (IOException e) {
      return 0; // another user's process
    }
    return count;
  }

  /** Processor seconds used since. */
  public double cpuSince(ServerFigures before) {
    return cpuSeconds - before.cpuSeconds;
  }

  /** Seconds since. */
  public double secondsSince(ServerFigures before) {
    return (atNanos - before.atNanos) / 1e9;
  }

  /**
   * The share of the time since then in which the busiest thread had something to do, 0 to 1:
   * running, or waiting for a processor that others had.
   */
  public double busiestThreadSince(ServerFigures before) {
    long most = 0;
    for (Map.Entry<String, Long> thread : threads.entrySet()) {
      long since = thread.getValue() - before.threads.getOrDefault(thread.getKey(), 0L);
      most = Math.max(most, since);
    }
    return Math.min(1, most / (double) (atNanos - before.atNanos));
  }
}
