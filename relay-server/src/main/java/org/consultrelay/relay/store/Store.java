package org.consultrelay.relay.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.StringDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small maps that outlive the process when they have a file, and end with it when they have none.
 * For what is rare: each change costs a commit. Thread-safe; blocks, so away from the loops.
 */
public final class Store implements AutoCloseable {
  /** What is changed and not committed by its owner is written after this long. */
  private static final int AUTO_COMMIT_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  private static final int CACHE_MEGABYTES = 4;

  private final MVStore file;
  private final Optional<Path> path;

  private Store(MVStore file, Optional<Path> path) {
    this.file = file;
    this.path = path;
  }

  /**
   * Opens the file, which is made when it is not there and which only its owner may read.
   *
   * @param path of the file; empty: all is kept in memory
   * @throws IOException with one line, when the file is another process's or no store of ours
   */
  public static Store open(Optional<Path> path) throws IOException {
    MVStore.Builder builder = new MVStore.Builder().cacheSize(CACHE_MEGABYTES);
    if (path.isPresent()) {
      create(path.get());
      builder.fileName(path.get().toString()).autoCommitBufferSize(1 << 10);
    }
    try {
      MVStore opened = builder.open();
      if (path.isPresent()) {
        opened.setAutoCommitDelay(AUTO_COMMIT_MILLIS);
        // What has been removed is not to lie in the file for longer than it must.
        opened.setRetentionTime(0);
      }
      return new Store(opened, path);
    } catch (MVStoreException e) {
      throw new IOException(
          e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED
              ? "another process has it open"
              : "it cannot be read as a store (" + firstLine(e) + ")",
          e);
    }
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

  private static String firstLine(Exception e) {
    String text = String.valueOf(e.getMessage());
    return text.lines().findFirst().orElse(text);
  }

  /** Whether what is kept outlives the process. */
  public boolean isDurable() {
    return path.isPresent();
  }

  /** The map of that name, which iterates in the order of its keys; made when it is not there. */
  public ConcurrentMap<String, String> map(String name) {
    return map(file, name);
  }

  private static ConcurrentMap<String, String> map(MVStore store, String name) {
    return store.openMap(
        name,
        new MVMap.Builder<String, String>()
            .keyType(StringDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }

  /** Writes all changes so far: they outlive the end of the process from now on. */
  public void commit() {
    file.commit();
  }

  /**
   * Rewrites parts of the file that hold little: what has been removed lies in those that are free
   * until they are written anew. Blocks, for about so long.
   */
  public void compact(Duration most) {
    if (path.isPresent()) {
      file.compactFile(Math.toIntExact(most.toMillis()));
    }
  }

  /** Writes all changes and leaves a file without anything that has been removed. */
  @Override
  public void close() {
    if (file.isClosed()) {
      return;
    }
    file.close();
    if (path.isPresent()) {
      try {
        rewrite(path.get());
      } catch (IOException | MVStoreException e) {
        LOG.warn("the store's file keeps what has been removed from it: {}", e.toString());
      }
    }
  }

  /** What has been removed stays in free parts of a file; a fresh one has none of it. */
  private static void rewrite(Path path) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    create(fresh);
    try {
      try (MVStore from = new MVStore.Builder().fileName(path.toString()).readOnly().open();
          MVStore to = new MVStore.Builder().fileName(fresh.toString()).open()) {
        for (String name : from.getMapNames()) {
          map(to, name).putAll(map(from, name));
        }
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
