package org.consultrelay.relay.turn;

import java.util.HashMap;
import java.util.Map;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * How many allocations a user, a host, a tenant and all together may have. As large as there are
 * allocations, no larger. Any thread.
 */
public final class AllocationQuota {
  /** Why there is no allocation. */
  public enum Refusal {
    /** The user has enough. */
    USER,
    /** The host has enough. */
    SOURCE,
    /** The tenant whose participant the user is has enough. */
    TENANT,
    /** The relay has enough. */
    TOTAL
  }

  private record Host(long high, long low) {
    static Host of(TransportAddress client) {
      // An IPv6 host has a whole /64 to choose addresses from.
      return client.isIpv4() ? new Host(client.high(), client.low()) : new Host(client.high(), 0);
    }
  }

  /** What a user has, and whose they were when they had the first. */
  private record Held(int count, String tenant) {}

  private TurnOptions options;
  private Map<String, Integer> tenantLimits = Map.of();
  private final Map<String, Held> users = new HashMap<>();
  private final Map<String, Integer> tenants = new HashMap<>();
  private final Map<Host, Integer> hosts = new HashMap<>();
  private int total;

  /** With these limits. */
  public AllocationQuota(TurnOptions options) {
    this.options = options;
  }

  /**
   * Other limits from now on; those that there are stay.
   *
   * @param tenantsMost the most allocations of a tenant, by name; one that is not in it has no
   *     limit
   */
  public synchronized void configure(TurnOptions from, Map<String, Integer> tenantsMost) {
    options = from;
    tenantLimits = Map.copyOf(tenantsMost);
  }

  /**
   * Counts one more, or says why not.
   *
   * @param tenant whose participant the user is; empty when nobody's
   */
  public synchronized @Nullable Refusal admit(String user, String tenant, TransportAddress client) {
    if (total >= options.total()) {
      return Refusal.TOTAL;
    }
    Host host = Host.of(client);
    if (hosts.getOrDefault(host, 0) >= options.perSource()) {
      return Refusal.SOURCE;
    }
    Held held = users.getOrDefault(user, new Held(0, tenant));
    if (held.count() >= options.perUser()) {
      return Refusal.USER;
    }
    int most = tenantLimits.getOrDefault(held.tenant(), Integer.MAX_VALUE);
    if (tenants.getOrDefault(held.tenant(), 0) >= most) {
      return Refusal.TENANT;
    }
    total++;
    hosts.merge(host, 1, Integer::sum);
    users.put(user, new Held(held.count() + 1, held.tenant()));
    if (!held.tenant().isEmpty()) {
      tenants.merge(held.tenant(), 1, Integer::sum);
    }
    return null;
  }

  /** One that was admitted is over. */
  public synchronized void release(String user, TransportAddress client) {
    total--;
    hosts.computeIfPresent(Host.of(client), (_, count) -> count == 1 ? null : count - 1);
    Held held = users.get(user);
    if (held != null) {
      tenants.computeIfPresent(held.tenant(), (_, count) -> count == 1 ? null : count - 1);
      if (held.count() == 1) {
        users.remove(user);
      } else {
        users.put(user, new Held(held.count() - 1, held.tenant()));
      }
    }
  }

  /** How many a tenant has. */
  synchronized int held(String tenant) {
    return tenants.getOrDefault(tenant, 0);
  }

  /** How many users, hosts and tenants it counts for: none when there are no allocations. */
  synchronized int held() {
    return users.size() + hosts.size() + tenants.size();
  }

  /** How many there are. */
  public synchronized int total() {
    return total;
  }
}
