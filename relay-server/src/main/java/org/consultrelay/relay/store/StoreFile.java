package org.consultrelay.relay.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * A store's file while it is open. One write that fails closes it for good: then another one is
 * opened. One thread at a time.
 */
final class StoreFile {
  private static final int CACHE_MEGABYTES = 4;
  private static final int COMPACT_AFTER_MILLIS = 100;

  private final Path path;
  private final MVStore store;

  /** What tells it from another file that has come in its place. */
  private final @Nullable Object identity;

  private StoreFile(Path path, MVStore store) throws IOException {
    this.path = path;
    this.store = store;
    this.identity = identity(path);
  }

  /**
   * Opens it; makes it, for its owner alone, when it is not there.
   *
   * @throws org.h2.mvstore.MVStoreException when it is another process's or cannot be read
   */
  static StoreFile open(Path path) throws IOException {
    create(path);
    MVStore store =
        new MVStore.Builder()
            .cacheSize(CACHE_MEGABYTES)
            .fileName(path.toString())
            .autoCommitBufferSize(1 << 10)
            .open();
    store.setAutoCommitDelay(COMPACT_AFTER_MILLIS);
    // What has been removed is not to lie in the file for longer than it must.
    store.setRetentionTime(0);
    return new StoreFile(path, store);
  }

  private static void create(Path path) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(path);
    }
  }

  private static @Nullable Object identity(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Reads all maps that it has into those of the same name. */
  void readInto(Function<String, KeptMap> maps) {
    for (String name : store.getMapNames()) {
      maps.apply(name).readFrom(map(store, name));
    }
  }

  /** Writes what has changed, which outlives the end of the process from now on. */
  void write(Map<String, KeptMap> maps) throws IOException {
    if (store.isClosed()) {
      throw new IOException("it is closed since a write failed");
    }
    if (!Objects.equals(identity, identity(path))) {
      throw new IOException("another file is in its place");
    }
    maps.forEach((name, map) -> {
      if (map.isChanged()) {
        map.writeTo(map(store, name));
      }
    });
    store.commit();
  }

  /** Makes it hold just that. */
  void writeAll(Map<String, KeptMap> maps) {
    maps.forEach((name, map) -> map.writeAllTo(map(store, name)));
    store.commit();
  }

  void compact(Duration most) {
    store.compactFile(Math.toIntExact(most.toMillis()));
  }

  void close() {
    store.close();
  }

  /** Lets go of it as it is. */
  void abandon() {
    store.closeImmediately();
  }

  /**
   * Puts a file that has just that in the place of the one there. What has been removed stays in
   * free parts of a file; a fresh one has none of it.
   */
  static void replace(Path path, Map<String, KeptMap> maps) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    create(fresh);
    try {
      try (MVStore to = new MVStore.Builder().fileName(fresh.toString()).open()) {
        maps.forEach((name, map) -> map.writeAllTo(map(to, name)));
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static MVMap<String, String> map(MVStore store, String name) {
    return store.openMap(
        name,
        new MVMap.Builder<String, String>()
            .keyType(StringDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }
}
