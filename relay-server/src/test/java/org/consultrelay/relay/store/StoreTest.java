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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
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
}
