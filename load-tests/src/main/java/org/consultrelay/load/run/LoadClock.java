package org.consultrelay.load.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The run's time: nanoseconds since it began, and whether it has been stopped. Any thread. */
final class LoadClock {
  private final long begin = System.nanoTime();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Nanoseconds since the run began. */
  long nanos() {
    return System.nanoTime() - begin;
  }

  /**
   * Waits until then.
   *
   * @param nanos since the run began
   * @return false when the run was stopped before
   */
  boolean await(long nanos) throws InterruptedException {
    return !stopped.await(nanos - nanos(), TimeUnit.NANOSECONDS);
  }

  /** Nobody waits any more. */
  void stop() {
    stopped.countDown();
  }
}
