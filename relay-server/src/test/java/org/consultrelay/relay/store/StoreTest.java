package org.consultrelay.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir private Path directory;

  @Test
  void keepsWhatIsInItsFile() throws Exception {
    Optional<Path> file = Optional.of(directory.resolve("relay.store"));
    try (Store store = Store.open(file)) {
      assertThat(store.isDurable()).isTrue();
      ConcurrentMap<String, String> map = store.map("letters");
      map.put("b", "2");
      map.put("a", "1");
      store.map("others").put("a", "other");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.get())))
        .isEqualTo("rw-------");
    try (Store store = Store.open(file)) {
      assertThat(List.copyOf(store.map("letters").keySet())).containsExactly("a", "b");
      assertThat(store.map("letters")).containsEntry("a", "1").containsEntry("b", "2");
    }
  }

  @Test
  void leavesNothingOfWhatWasRemoved() throws Exception {
    Path file = directory.resolve("relay.store");
    try (Store store = Store.open(Optional.of(file))) {
      for (int i = 0; i < 50; i++) {
        store.map("letters").put("a" + i, "Zebedee".repeat(20));
        store.commit();
      }
      store.map("others").put("b", "2");
      for (int i = 0; i < 50; i++) {
        store.map("letters").remove("a" + i);
        store.commit();
      }
      store.compact(Duration.ofMillis(100));
    }
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("Zebedee");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
    try (Store store = Store.open(Optional.of(file))) {
      assertThat(store.map("letters")).isEmpty();
      assertThat(store.map("others")).containsEntry("b", "2");
    }
  }

  @Test
  void keepsWhatWasCommittedWhenTheProcessIsKilled() throws Exception {
    Path file = directory.resolve("relay.store");
    Path asKilled = directory.resolve("killed.store");
    try (Store store = Store.open(Optional.of(file))) {
      store.map("letters").put("a", "1");
      store.commit();
      Files.copy(file, asKilled);
    }
    try (Store store = Store.open(Optional.of(asKilled))) {
      assertThat(store.map("letters")).containsEntry("a", "1");
    }
  }

  @Test
  void isMemoryWithoutAFile() throws Exception {
    try (Store store = Store.open(Optional.empty())) {
      store.map("letters").put("a", "1");
      store.commit();
      assertThat(store.isDurable()).isFalse();
      assertThat(store.map("letters")).containsEntry("a", "1");
    }
  }

  @Test
  void isOneProcesssAlone() throws Exception {
    Optional<Path> file = Optional.of(directory.resolve("relay.store"));
    try (Store _ = Store.open(file)) {
      assertThatThrownBy(() -> Store.open(file))
          .isInstanceOf(IOException.class)
          .hasMessage("another process has it open");
    }
  }

  @Test
  void saysWhenAFileIsNoStore() throws Exception {
    Path file = Files.writeString(directory.resolve("text"), "no store ".repeat(2_000));
    assertThatThrownBy(() -> Store.open(Optional.of(file)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it cannot be read as a store (")
        .hasMessageNotContaining("\n");
    assertThat(Files.readString(file)).startsWith("no store");
  }

  @Test
  void goesOnInMemoryWhileItsFileFailsAndWritesAllAfterwards() throws Exception {
    Optional<Path> file = Optional.of(directory.resolve("relay.store"));
    try (Store store = Store.open(file, NEVER)) {
      ConcurrentMap<String, String> map = store.map("letters");
      map.put("a", "1");
      map.put("b", "2");
      store.commit();
      assertThat(store.problem()).isEmpty();
      store.breakFile();
      map.put("c", "3");
      map.remove("a");
      store.commit();
      assertThat(store.problem()).isPresent();
      assertThat(store.failures()).isEqualTo(1);
      store.map("others").put("d", "4");
      store.compact(Duration.ofMillis(10));
      assertThat(map).containsOnlyKeys("b", "c");
      store.repair();
      assertThat(store.problem()).isEmpty();
      Path asKilled = directory.resolve("killed.store");
      Files.copy(file.get(), asKilled);
      try (Store killed = Store.open(Optional.of(asKilled))) {
        assertThat(killed.map("letters")).containsOnlyKeys("b", "c");
        assertThat(killed.map("others")).containsEntry("d", "4");
      }
      map.put("e", "5");
    }
    try (Store store = Store.open(file, NEVER)) {
      assertThat(store.map("letters")).containsOnlyKeys("b", "c", "e");
    }
  }

  @Test
  void isMadeAgainWhenItsDirectoryIsBack() throws Exception {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    Optional<Path> file = Optional.of(gone.resolve("relay.store"));
    try (Store store = Store.open(file, NEVER)) {
      store.map("letters").put("a", "1");
      store.commit();
      Files.delete(file.get());
      Files.delete(gone);
      store.map("letters").put("b", "2");
      store.commit();
      assertThat(store.problem()).isPresent();
      store.repair();
      assertThat(store.problem()).isPresent();
      assertThat(store.map("letters")).containsOnlyKeys("a", "b");
      Files.createDirectory(gone);
      store.repair();
      assertThat(store.problem()).isEmpty();
    }
    try (Store store = Store.open(file, NEVER)) {
      assertThat(store.map("letters")).containsOnlyKeys("a", "b");
    }
  }

  @Test
  void replacesAFileThatIsBroken() throws Exception {
    Path file = directory.resolve("relay.store");
    try (Store store = Store.open(Optional.of(file), NEVER)) {
      store.map("letters").put("a", "1");
      store.breakFile();
      store.commit();
      Files.writeString(file, "no store ".repeat(2_000));
      store.repair();
      assertThat(store.problem()).isEmpty();
    }
    try (Store store = Store.open(Optional.of(file), NEVER)) {
      assertThat(store.map("letters")).containsOnlyKeys("a");
    }
  }

  @Test
  void isWrittenInTheEndThoughItFailedBefore() throws Exception {
    Optional<Path> file = Optional.of(directory.resolve("relay.store"));
    try (Store store = Store.open(file, NEVER)) {
      store.breakFile();
      store.map("letters").put("a", "1");
      store.commit();
    }
    try (Store store = Store.open(file, NEVER)) {
      assertThat(store.map("letters")).containsOnlyKeys("a");
    }
  }

  @Test
  void iteratesWhileItIsChanged() throws Exception {
    Path file = directory.resolve("relay.store");
    try (Store store = Store.open(Optional.of(file), NEVER)) {
      ConcurrentMap<String, String> map = store.map("letters");
      map.put("a", "1");
      map.put("b", "2");
      map.keySet().forEach(map::remove);
      map.put("c", "3");
      map.putIfAbsent("c", "other");
      map.entrySet().removeIf(each -> each.getValue().equals("3"));
      map.computeIfAbsent("d", _ -> "4");
      store.commit();
    }
    try (Store store = Store.open(Optional.of(file), NEVER)) {
      assertThat(store.map("letters")).containsOnlyKeys("d");
    }
  }

  @Test
  @Timeout(60)
  void comesBackByItself() throws Exception {
    Optional<Path> file = Optional.of(directory.resolve("relay.store"));
    try (Store store = Store.open(file, Duration.ofMillis(10))) {
      store.breakFile();
      store.map("letters").put("a", "1");
      while (store.failures() == 0 || store.problem().isPresent()) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(store.map("letters")).containsOnlyKeys("a");
    }
  }
}
