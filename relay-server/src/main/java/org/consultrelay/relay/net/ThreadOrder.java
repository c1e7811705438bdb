package org.consultrelay.relay.net;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets media go first when processors are short: the collector's and the compilers' threads get a
 * higher nice value (nice(2)), which every process may give its own threads without a privilege. As
 * long as there are processors enough, it changes nothing. Linux only; elsewhere it does nothing.
 * Any one thread; blocking, for it reads {@code /proc}.
 */
public final class ThreadOrder {
  /** A third of a media loop's share: memory must go on being freed. */
  private static final int COLLECTOR = 5;

  /** A tenth: code that is not compiled yet runs all the same. */
  private static final int COMPILER = 10;

  private final Path tasks;
  private final Listing listing;
  private final Nice nice;
  private final Map<Long, Integer> done = new HashMap<>();

  /** Gives a thread its nice value. */
  @FunctionalInterface
  interface Nice {
    /**
     * Gives it.
     *
     * @param thread the system's number of it
     */
    void set(long thread, int value);
  }

  /** Lists the threads there are. */
  @FunctionalInterface
  interface Listing {
    /**
     * Begins a listing, which may break off later with a {@link DirectoryIteratorException}.
     *
     * @throws IOException when there is none
     */
    DirectoryStream<Path> of(Path tasks) throws IOException;
  }

  // Whoever lists closes it.
  @SuppressWarnings("StreamResourceLeak")
  ThreadOrder(Path tasks, Nice nice) {
    this(tasks, each -> Files.newDirectoryStream(each, "[0-9]*"), nice);
  }

  ThreadOrder(Path tasks, Listing listing, Nice nice) {
    this.tasks = tasks;
    this.listing = listing;
    this.nice = nice;
  }

  /** That of this process. */
  public static ThreadOrder ofThisProcess() {
    return new ThreadOrder(
        Path.of("/proc/self/task"),
        (thread, value) -> {
          if (LinuxSupport.available()) {
            LinuxCalls.setNice((int) thread, value);
          }
        });
  }

  /** Looks for threads that have come since the last time; a tenth of a millisecond each. */
  public void apply() {
    if (!Files.isDirectory(tasks)) {
      return;
    }
    Map<Long, Integer> seen = new HashMap<>();
    try (DirectoryStream<Path> threads = listing.of(tasks)) {
      for (Path each : threads) {
        long thread = Long.parseLong(each.getFileName().toString());
        Integer known = done.get(thread);
        int value = known == null ? value(name(each)) : known;
        if (known == null && value > 0) {
          nice.set(thread, value);
        }
        seen.put(thread, value);
      }
    } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
      // Where /proc is not as usual the threads stay as they are.
      return;
    }
    // Numbers are used again.
    done.clear();
    done.putAll(seen);
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  /** What a thread of that name gets; the system keeps 15 characters of a name. */
  static int value(String name) {
    if (name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler")) {
      return COMPILER;
    }
    if (name.startsWith("ZWorker") || name.startsWith("ZDriver")) {
      return COLLECTOR;
    }
    // Not the carriers of virtual threads: besides handshakes they read what TCP connections begin
    // with, and a browser on the same machine would make people wait for seconds.
    return 0;
  }
}
