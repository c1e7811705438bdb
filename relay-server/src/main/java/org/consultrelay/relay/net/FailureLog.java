package org.consultrelay.relay.net;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts exceptions that must not stop a loop, and logs the 1st, 2nd, 4th, 8th and so on, so that a
 * bug which every packet meets does not fill the disk. Any thread.
 */
public final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  private final String what;
  private long count;

  /** Counts nothing yet. {@code what} is what fails, as the log is to name it. */
  public FailureLog(String what) {
    this.what = what;
  }

  /** One more. */
  public synchronized void add(Throwable failure) {
    if (Long.bitCount(++count) == 1) {
      LOG.error(
          "exception in {} (the {}. so far; only every doubling is logged)", what, count, failure);
    }
  }

  /** How many there were. */
  public synchronized long count() {
    return count;
  }
}
