package org.consultrelay.relay.turn;

import java.util.HashMap;
import java.util.Map;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * How many allocations a user, a host and all together may have. As large as there are allocations,
 * no larger. Any thread.
 */
public final class AllocationQuota {
  /** Why there is no allocation. */
  public enum Refusal {
    /** The user has enough. */
    USER,
    /** The host has enough. */
    SOURCE,
    /** The relay has enough. */
    TOTAL
  }

  private record Host(long high, long low) {
    static Host of(TransportAddress client) {
      // An IPv6 host has a whole /64 to choose addresses from.
      return client.isIpv4() ? new Host(client.high(), client.low()) : new Host(client.high(), 0);
    }
  }

  private TurnOptions options;
  private final Map<String, Integer> users = new HashMap<>();
  private final Map<Host, Integer> hosts = new HashMap<>();
  private int total;

  /** With these limits. */
  public AllocationQuota(TurnOptions options) {
    this.options = options;
  }

  /** Other limits from now on; those that there are stay. */
  public synchronized void options(TurnOptions from) {
    options = from;
  }

  /** Counts one more, or says why not. */
  public synchronized @Nullable Refusal admit(String user, TransportAddress client) {
    if (total >= options.total()) {
      return Refusal.TOTAL;
    }
    Host host = Host.of(client);
    if (hosts.getOrDefault(host, 0) >= options.perSource()) {
      return Refusal.SOURCE;
    }
    if (users.getOrDefault(user, 0) >= options.perUser()) {
      return Refusal.USER;
    }
    total++;
    hosts.merge(host, 1, Integer::sum);
    users.merge(user, 1, Integer::sum);
    return null;
  }

  /** One that was admitted is over. */
  public synchronized void release(String user, TransportAddress client) {
    total--;
    hosts.computeIfPresent(Host.of(client), (_, count) -> count == 1 ? null : count - 1);
    users.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
  }

  /** How many users and hosts it counts for: none when there are no allocations. */
  synchronized int held() {
    return users.size() + hosts.size();
  }

  /** How many there are. */
  public synchronized int total() {
    return total;
  }
}
