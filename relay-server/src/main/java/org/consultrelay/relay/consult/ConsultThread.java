package org.consultrelay.relay.consult;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.consultrelay.relay.net.FailureLog;

/**
 * The one thread on which all that happens in consultations happens, in order. What fails there is
 * logged and stops nothing else. Any thread.
 */
final class ConsultThread {
  private static final FailureLog FAILURES = new FailureLog("a consultation");

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("consult").factory());

  /** Does something again and again from now on, with so many milliseconds between. */
  void every(long millis, Runnable task) {
    ScheduledFuture<?> _ =
        thread.scheduleWithFixedDelay(() -> run(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Does something; whoever asks learns what came of it, also that it failed. */
  <T> CompletableFuture<T> ask(Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, thread);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Does something of which nobody awaits anything. */
  void execute(Runnable task) {
    try {
      thread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      // The relay stops; pages come again.
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failure) {
      FAILURES.add(failure);
    }
  }

  /** Does something last, and nothing more once it is done; waits for it. */
  void end(Runnable last) {
    CompletableFuture<Void> done = CompletableFuture.runAsync(last, thread);
    thread.shutdown();
    done.exceptionally(
            failure -> {
              FAILURES.add(failure);
              return null;
            })
        .join();
  }
}
