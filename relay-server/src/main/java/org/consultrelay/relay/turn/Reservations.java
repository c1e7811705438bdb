package org.consultrelay.relay.turn;

import java.util.HashMap;
import java.util.Map;

/**
 * Ports that are kept for who names them (RFC 8656 §7.2: EVEN-PORT with its second port), on
 * whatever loop. Any thread.
 */
final class Reservations {
  private static final long LIFE = 30_000_000_000L;
  private static final int MOST = 1_024;

  private record Kept(int port, long until) {}

  private final PortPool ports;
  private final Map<Long, Kept> kept = new HashMap<>();

  Reservations(PortPool ports) {
    this.ports = ports;
  }

  /** Whether one more can be kept. */
  synchronized boolean hasRoom() {
    return kept.size() < MOST;
  }

  synchronized void keep(long token, int port, long nowNanos) {
    kept.put(token, new Kept(port, nowNanos + LIFE));
  }

  /** The port that is kept under a token, now the caller's; -1 when there is none. */
  synchronized int take(long token, long nowNanos) {
    Kept found = kept.remove(token);
    if (found == null) {
      return -1;
    }
    if (found.until - nowNanos <= 0) {
      ports.release(found.port);
      return -1;
    }
    return found.port;
  }

  synchronized void expire(long nowNanos) {
    kept.values()
        .removeIf(each -> {
          boolean over = each.until - nowNanos <= 0;
          if (over) {
            ports.release(each.port);
          }
          return over;
        });
  }

  synchronized void clear() {
    kept.values().forEach(each -> ports.release(each.port));
    kept.clear();
  }
}
