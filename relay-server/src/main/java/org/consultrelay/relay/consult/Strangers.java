package org.consultrelay.relay.consult;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many lines have not said yet who they are, in all and of one source: a hospital is one
 * source, and its pages say who they are at once. Any thread.
 */
public final class Strangers {
  private static final int MOST_OF_ONE_SOURCE = 200;
  private static final int MOST = 5_000;

  private final ConcurrentMap<String, Integer> bySource = new ConcurrentHashMap<>();
  private final AtomicInteger all = new AtomicInteger();
  private final int mostOfOneSource;
  private final int most;

  /** None yet; with the usual bounds. */
  public Strangers() {
    this(MOST_OF_ONE_SOURCE, MOST);
  }

  Strangers(int mostOfOneSource, int most) {
    this.mostOfOneSource = mostOfOneSource;
    this.most = most;
  }

  /** Whether one more may come; {@link #known} must follow when it may. */
  boolean come(String source) {
    if (all.incrementAndGet() > most) {
      all.decrementAndGet();
      return false;
    }
    if (bySource.merge(source, 1, Integer::sum) > mostOfOneSource) {
      known(source);
      return false;
    }
    return true;
  }

  /** One has said who they are, or has gone. */
  void known(String source) {
    all.decrementAndGet();
    bySource.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
  }

  int count() {
    return all.get();
  }
}
