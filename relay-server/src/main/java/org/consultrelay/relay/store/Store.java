package org.consultrelay.relay.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.StringDataType;

/**
 * Small maps that outlive the process when they have a file, and end with it when they have none.
 * For what is rare: each change costs a commit. Thread-safe; blocks, so away from the loops.
 */
public final class Store implements AutoCloseable {
  /** What is changed and not committed by its owner is written after this long. */
  private static final int AUTO_COMMIT_MILLIS = 100;

  private static final int CACHE_MEGABYTES = 4;

  private final MVStore file;
  private final boolean durable;

  private Store(MVStore file, boolean durable) {
    this.file = file;
    this.durable = durable;
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
      return new Store(opened, path.isPresent());
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
    return durable;
  }

  /** The map of that name, which iterates in the order of its keys; made when it is not there. */
  public ConcurrentMap<String, String> map(String name) {
    return file.openMap(
        name,
        new MVMap.Builder<String, String>()
            .keyType(StringDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }

  /** Writes all changes so far: they outlive the end of the process from now on. */
  public void commit() {
    file.commit();
  }

  @Override
  public void close() {
    file.close();
  }
}
