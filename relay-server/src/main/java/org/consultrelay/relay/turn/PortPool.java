package org.consultrelay.relay.turn;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * The ports that are relayed from, the same for all loops. Chosen at random, so that they cannot be
 * guessed (RFC 8656 §7.2). Any thread.
 */
public final class PortPool {
  private final int first;
  private final int last;
  private final BitSet taken = new BitSet();
  private final RandomGenerator random;

  /**
   * All free.
   *
   * @param first the lowest port
   * @param last the highest
   */
  public PortPool(int first, int last, RandomGenerator random) {
    if (first < 1 || last > 65_535 || last < first) {
      throw new IllegalArgumentException("ports " + first + " to " + last);
    }
    this.first = first;
    this.last = last;
    this.random = random;
  }

  /**
   * Takes a port.
   *
   * @param even whether it must be even
   * @param andNext whether the next one is taken too; then it must be even
   * @return the port, -1 when there is none
   */
  public synchronized int claim(boolean even, boolean andNext) {
    int count = last - first + 1;
    int start = random.nextInt(count);
    for (int i = 0; i < count; i++) {
      int port = first + (start + i) % count;
      if (!taken.get(port)
          && !(even && (port & 1) != 0)
          && !(andNext && (port == last || taken.get(port + 1)))) {
        taken.set(port);
        if (andNext) {
          taken.set(port + 1);
        }
        return port;
      }
    }
    return -1;
  }

  /** Gives a port back. */
  public synchronized void release(int port) {
    taken.clear(port);
  }

  /** Whether a port is taken. */
  public synchronized boolean isTaken(int port) {
    return taken.get(port);
  }

  /** How many ports are taken. */
  public synchronized int taken() {
    return taken.cardinality();
  }
}
