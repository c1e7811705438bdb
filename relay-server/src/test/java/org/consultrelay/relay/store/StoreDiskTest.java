package org.consultrelay.relay.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process whose files may not grow for a while, as on a disk that is full. */
class StoreDiskTest {
  private static final int MOST_KIBIBYTES = 256;

  @TempDir private Path directory;

  @Test
  @Timeout(60)
  @EnabledOnOs(OS.LINUX)
  void goesOnWhileTheDiskIsFull() throws Exception {
    Path file = directory.resolve("relay.store");
    Process child =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f " + MOST_KIBIBYTES + "; exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    assertThat(said).contains("the store cannot be written");
    try (Store store = Store.open(Optional.of(file))) {
      assertThat(store.map("letters")).containsOnlyKeys("a", "last");
    }
  }

  /** Keeps more than there is room for, and then less again. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Random random = new Random(1);
      Optional<Path> file = Optional.of(Path.of(arguments[0]));
      try (Store store = Store.open(file, Duration.ofHours(1))) {
        ConcurrentMap<String, String> map = store.map("letters");
        map.put("a", "1");
        int most = 4 * MOST_KIBIBYTES;
        for (int i = 0; i < most; i++) {
          byte[] bytes = new byte[1 << 10];
          random.nextBytes(bytes);
          map.put("big" + i, new String(bytes, StandardCharsets.ISO_8859_1));
          store.commit();
        }
        check(store.problem().isPresent(), "all was written");
        check(map.size() == most + 1, "not all is there");
        store.repair();
        check(store.problem().isPresent(), "all was written again");
        map.keySet().removeIf(key -> key.startsWith("big"));
        map.put("last", "2");
        store.repair();
        check(store.problem().isEmpty(), "still " + store.problem());
      }
    }

    private static void check(boolean good, String otherwise) {
      if (!good) {
        throw new IllegalStateException(otherwise);
      }
    }
  }
}
