package org.consultrelay.relay.net;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts exceptions that must not stop a loop, and logs the 1st, 2nd, 4th, 8th and so on, so that a
 * bug which every packet meets does not fill the disk.
 */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  private final String what;
  private long count;

  FailureLog(String what) {
    this.what = what;
  }

  void add(Throwable failure) {
    if (Long.bitCount(++count) == 1) {
      LOG.error(
          "exception in {} (the {}. so far; only every doubling is logged)", what, count, failure);
    }
  }

  long count() {
    return count;
  }
}
