package org.consultrelay.relay.turn;

import java.util.HashMap;
import java.util.Map;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Relayed addresses whose ports are kept for who names them (RFC 8656 §7.2: EVEN-PORT with its
 * second port), on whatever loop. Any thread.
 */
final class Reservations {
  private static final long LIFE = 30_000_000_000L;
  private static final int MOST = 1_024;

  private record Kept(TransportAddress relayed, long until) {}

  private final PortPool ports;
  private final Map<Long, Kept> kept = new HashMap<>();

  Reservations(PortPool ports) {
    this.ports = ports;
  }

  /** Whether one more can be kept. */
  synchronized boolean hasRoom() {
    return kept.size() < MOST;
  }

  synchronized void keep(long token, TransportAddress relayed, long nowNanos) {
    kept.put(token, new Kept(relayed, nowNanos + LIFE));
  }

  /** What is kept under a token, its port now the caller's; null when there is nothing. */
  synchronized @Nullable TransportAddress take(long token, long nowNanos) {
    Kept found = kept.remove(token);
    if (found == null) {
      return null;
    }
    if (found.until - nowNanos <= 0) {
      ports.release(found.relayed.port());
      return null;
    }
    return found.relayed;
  }

  synchronized void expire(long nowNanos) {
    kept.values()
        .removeIf(each -> {
          boolean over = each.until - nowNanos <= 0;
          if (over) {
            ports.release(each.relayed.port());
          }
          return over;
        });
  }
}
