package org.consultrelay.relay.turn;

import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.TransportAddress;

/** Which hosts may send to an allocation's client and be sent to (RFC 8656 §9). */
final class Permissions {
  private static final long LIFETIME = 300_000_000_000L;

  private final int most;
  private final TurnCounters counters;

  /** Until when; by host, with port 0. */
  private final AddressMap<long[]> hosts = new AddressMap<>();

  /**
   * None yet.
   *
   * @param most how many there may be at a time
   */
  Permissions(int most, TurnCounters counters) {
    this.most = most;
    this.counters = counters;
  }

  /** Whether a host has one now. Allocates nothing. */
  boolean has(long high, long low, long nowNanos) {
    long[] expiry = hosts.get(high, low, 0);
    return expiry != null && expiry[0] - nowNanos > 0;
  }

  /** Whether a host has one now. */
  boolean has(TransportAddress host, long nowNanos) {
    return has(host.high(), host.low(), nowNanos);
  }

  /** Whether there is room for so many of hosts that have none now. */
  boolean hasRoom(int more, long nowNanos) {
    if (hosts.size() + more > most) {
      hosts.removeIf(expiry -> expiry[0] - nowNanos <= 0);
    }
    return hosts.size() + more <= most;
  }

  /** Installs or renews one. */
  void install(TransportAddress host, long nowNanos) {
    TransportAddress key = host.withPort(0);
    long[] expiry = hosts.get(key);
    if (expiry == null) {
      hosts.put(key, new long[] {nowNanos + LIFETIME});
    } else {
      expiry[0] = nowNanos + LIFETIME;
    }
    counters.permissions++;
  }
}
