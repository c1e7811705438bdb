package org.consultrelay.relay.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small maps that outlive the process when they have a file, and end with it when they have none.
 * All of them are in memory: when the file cannot be written they go on there, nobody who uses them
 * meets an exception, and all is written once the file can be again. Thread-safe; committing
 * blocks, so away from the loops.
 */
public final class Store implements AutoCloseable {
  /** What is changed and not committed by its owner is written after this long. */
  private static final long WRITE_MILLIS = 100;

  /** How long a file that cannot be written is left alone, and how often one is looked after. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  private final Optional<Path> path;
  private final long retryNanos;
  private final ConcurrentMap<String, KeptMap> maps = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicLong failures = new AtomicLong();
  private final @Nullable ScheduledExecutorService writer;

  /** Null while it cannot be written; of who has the lock. */
  private @Nullable StoreFile file;

  private long triedNanos;
  private boolean closed;
  private volatile @Nullable String problem;

  private Store(Optional<Path> path, Duration retry) throws IOException {
    this.path = path;
    this.retryNanos = retry.toNanos();
    if (path.isEmpty()) {
      this.writer = null;
      return;
    }
    StoreFile opened = StoreFile.open(path.get());
    try {
      opened.readInto(this::kept);
    } catch (MVStoreException e) {
      abandon(opened);
      throw e;
    }
    this.file = opened;
    this.triedNanos = System.nanoTime();
    this.writer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("store").factory());
    Future<?> _ =
        writer.scheduleWithFixedDelay(
            this::writeWhatIsDue, WRITE_MILLIS, WRITE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Opens the file, which is made when it is not there and which only its owner may read.
   *
   * @param path of the file; empty: all is kept in memory
   * @throws IOException with one line, when the file is another process's or no store of ours
   */
  public static Store open(Optional<Path> path) throws IOException {
    return open(path, RETRY);
  }

  /** As above; a file that cannot be written is left alone for so long. */
  static Store open(Optional<Path> path, Duration retry) throws IOException {
    try {
      return new Store(path, retry);
    } catch (MVStoreException e) {
      throw new IOException(
          isLocked(e)
              ? "another process has it open"
              : "it cannot be read as a store (" + firstLine(e) + ")",
          e);
    }
  }

  private static boolean isLocked(MVStoreException e) {
    return e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED;
  }

  private static String firstLine(Exception e) {
    String text = String.valueOf(e.getMessage());
    return text.lines().findFirst().orElse(text);
  }

  /** Whether what is kept is meant to outlive the process. */
  public boolean isDurable() {
    return path.isPresent();
  }

  /** Why nothing outlives the process now, though it is meant to; empty while all is well. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** How often writing failed, each attempt counted. */
  public long failures() {
    return failures.get();
  }

  /** The map of that name, which iterates in the order of its keys; made when it is not there. */
  public ConcurrentMap<String, String> map(String name) {
    return kept(name);
  }

  private KeptMap kept(String name) {
    return maps.computeIfAbsent(name, _ -> new KeptMap());
  }

  /**
   * Writes all changes so far: they outlive the end of the process from now on, unless there is a
   * {@link #problem}; then they are written when it is over.
   */
  public void commit() {
    if (path.isPresent()) {
      lock.lock();
      try {
        write();
      } finally {
        lock.unlock();
      }
    }
  }

  private void writeWhatIsDue() {
    lock.lock();
    try {
      // The file is looked after now and then, also while nothing happens.
      boolean stale = System.nanoTime() - triedNanos >= retryNanos;
      if (stale || maps.values().stream().anyMatch(KeptMap::isChanged)) {
        write();
      }
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    if (closed) {
      return;
    }
    if (file == null) {
      if (System.nanoTime() - triedNanos >= retryNanos) {
        repair();
      }
      return;
    }
    triedNanos = System.nanoTime();
    try {
      file.write(maps);
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private void failed(Exception e) {
    failures.incrementAndGet();
    StoreFile broken = file;
    file = null;
    if (problem == null) {
      LOG.error(
          "the store cannot be written ({}); all goes on in memory, and is lost if the relay ends"
              + " before it can be",
          e.toString().lines().findFirst().orElse(""));
    }
    problem = firstLine(e);
    if (broken != null) {
      abandon(broken);
    }
  }

  private static void abandon(StoreFile broken) {
    try {
      broken.abandon();
    } catch (RuntimeException e) {
      LOG.debug("a file that is let go", e);
    }
  }

  /** Opens the file again and writes everything, at once. */
  void repair() {
    lock.lock();
    try {
      if (closed || file != null || path.isEmpty()) {
        return;
      }
      triedNanos = System.nanoTime();
      file = reopened(path.get());
      file.writeAll(maps);
      problem = null;
      LOG.info("the store is written again, with all that happened meanwhile");
    } catch (IOException | RuntimeException e) {
      failed(e);
    } finally {
      lock.unlock();
    }
  }

  private StoreFile reopened(Path at) throws IOException {
    try {
      return StoreFile.open(at);
    } catch (MVStoreException e) {
      if (e.getErrorCode() != DataUtils.ERROR_FILE_CORRUPT) {
        throw e;
      }
      // All that it had, and more, is in memory.
      StoreFile.replace(at, maps);
      return StoreFile.open(at);
    }
  }

  /** The file fails, as if a write had. For tests. */
  void breakFile() {
    lock.lock();
    try {
      if (file != null) {
        file.abandon();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Rewrites parts of the file that hold little: what has been removed lies in those that are free
   * until they are written anew. Blocks, for about so long.
   */
  public void compact(Duration most) {
    lock.lock();
    try {
      write();
      if (file != null) {
        file.compact(most);
      }
    } catch (RuntimeException e) {
      failed(e);
    } finally {
      lock.unlock();
    }
  }

  /** Writes all changes and leaves a file without anything that has been removed. */
  @Override
  public void close() {
    if (writer != null) {
      writer.shutdown();
    }
    lock.lock();
    try {
      if (closed || path.isEmpty()) {
        return;
      }
      write();
      if (file == null) {
        repair();
      }
      closed = true;
      if (file == null) {
        LOG.error("the store could not be written: what it had is lost ({})", problem);
      } else {
        file.close();
        StoreFile.replace(path.get(), maps);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the store's file keeps what has been removed from it: {}", e.toString());
    } finally {
      file = null;
      closed = true;
      lock.unlock();
    }
  }
}
