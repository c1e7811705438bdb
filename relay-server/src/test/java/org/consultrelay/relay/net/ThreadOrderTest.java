package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ThreadOrderTest {
  @TempDir private Path tasks;

  private final Map<Long, Integer> given = new TreeMap<>();

  private void thread(long number, String name) throws IOException {
    Path thread = Files.createDirectories(tasks.resolve(Long.toString(number)));
    Files.writeString(thread.resolve("comm"), name + "\n");
  }

  @Test
  void mediaGoesFirst() throws IOException {
    thread(1, "vert.x-eventloo");
    thread(2, "C2 CompilerThre");
    thread(3, "C1 CompilerThre");
    thread(4, "ZWorkerOld#0");
    thread(5, "ZDriverMinor");
    thread(6, "ForkJoinPool-1-");
    thread(7, "watch");
    new ThreadOrder(tasks, given::put).apply();
    assertThat(given).isEqualTo(Map.of(2L, 10, 3L, 10, 4L, 5, 5L, 5));
  }

  @Test
  void eachThreadIsToldOnceAndNewOnesAreFound() throws IOException {
    ThreadOrder order =
        new ThreadOrder(tasks, (thread, value) -> given.merge(thread, 1, Integer::sum));
    thread(2, "C2 CompilerThre");
    order.apply();
    thread(8, "ZWorkerYoung#0");
    order.apply();
    assertThat(given).isEqualTo(Map.of(2L, 1, 8L, 1));
  }

  @Test
  void aNumberThatIsUsedAgainIsAnotherThread() throws IOException {
    ThreadOrder order =
        new ThreadOrder(tasks, (thread, value) -> given.merge(thread, 1, Integer::sum));
    thread(2, "C2 CompilerThre");
    order.apply();
    Files.delete(tasks.resolve("2/comm"));
    Files.delete(tasks.resolve("2"));
    order.apply();
    thread(2, "ZWorkerYoung#0");
    order.apply();
    assertThat(given).isEqualTo(Map.of(2L, 2));
  }

  /** Whoever calls at a fixed rate must be called again. */
  @Test
  @SuppressWarnings("StreamResourceLeak")
  void aListingThatBreaksOffIsNotTheEnd() throws IOException {
    thread(2, "C2 CompilerThre");
    boolean[] broken = {true};
    ThreadOrder order =
        new ThreadOrder(
            tasks, each -> broken[0] ? new Broken() : Files.newDirectoryStream(each), given::put);
    order.apply();
    assertThat(given).isEmpty();
    broken[0] = false;
    order.apply();
    assertThat(given).isEqualTo(Map.of(2L, 10));
  }

  private static final class Broken implements DirectoryStream<Path> {
    @Override
    public Iterator<Path> iterator() {
      throw new DirectoryIteratorException(new IOException("readdir"));
    }

    @Override
    public void close() {}
  }

  @Test
  void withoutProcNothingHappens() {
    new ThreadOrder(tasks.resolve("not-there"), given::put).apply();
    assertThat(given).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theSystemTakesIt() throws Exception {
    Thread own =
        Thread.ofPlatform()
            .start(() -> {
              if (LinuxSupport.available() && LinuxCalls.setNice(0, 7) == 0) {
                given.put(0L, nice(Path.of("/proc/thread-self/stat")));
              } else {
                given.put(0L, 7);
              }
            });
    own.join();
    assertThat(given).containsEntry(0L, 7);
  }

  private static int nice(Path stat) {
    try {
      String line = Files.readString(stat);
      // Behind the name, which may contain anything: proc_pid_stat(5), field 19.
      return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[16]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
