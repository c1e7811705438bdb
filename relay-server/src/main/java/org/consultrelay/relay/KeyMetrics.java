package org.consultrelay.relay;

import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.api.KeyUses;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.Tenant;
import org.consultrelay.relay.room.Tenants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * API keys and tenants, for the operators. Those that come while the relay runs are added; those
 * that go keep their numbers, so that nothing is missing from a day.
 */
final class KeyMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(KeyMetrics.class);

  /** So many have metrics of their own, which keeps a label bounded also over many changes. */
  private static final int MOST = 80;

  private final Metrics metrics;
  private final ApiKeyring keys;
  private final Tenants tenants;
  private final Set<String> shownKeys = new HashSet<>();
  private final Set<String> shownTenants = new HashSet<>();

  private KeyMetrics(Metrics metrics, ApiKeyring keys, Tenants tenants) {
    this.metrics = metrics;
    this.keys = keys;
    this.tenants = tenants;
  }

  static KeyMetrics register(Metrics metrics, ApiKeyring keys, Tenants tenants) {
    KeyMetrics all = new KeyMetrics(metrics, keys, tenants);
    all.add();
    return all;
  }

  /** Adds those that there were not before. */
  synchronized void add() {
    keys.keys()
        .forEach(key -> {
          if (isNew(shownKeys, key.name(), "API key")) {
            tokens(key.name(), "taken", KeyUses::taken);
            tokens(key.name(), "not_covered", KeyUses::notCovered);
            tokens(key.name(), "refused", KeyUses::refused);
          }
        });
    tenants
        .all()
        .forEach(tenant -> {
          if (isNew(shownTenants, tenant.name(), "tenant")) {
            tenant(tenant);
          }
        });
  }

  private static boolean isNew(Set<String> shown, String name, String what) {
    if (shown.contains(name)) {
      return false;
    }
    if (shown.size() >= MOST) {
      LOG.warn("{} {} has no metrics of its own: there are {} already", what, name, MOST);
      return false;
    }
    return shown.add(name);
  }

  private void tokens(String key, String outcome, ToLongFunction<KeyUses> value) {
    metrics.counter(
        "relay_api_key_tokens_total",
        "Tokens signed with an API key, by outcome; not_covered are those for others' rooms.",
        () -> keys.uses(key).map(value::applyAsLong).orElse(0L),
        "key",
        key,
        "outcome",
        outcome);
  }

  private void tenant(Tenant tenant) {
    metrics.gauge(
        "relay_tenant_rooms", "Rooms of a tenant now.", tenant::rooms, "tenant", tenant.name());
    metrics.gauge(
        "relay_tenant_participants",
        "Participants in a tenant's rooms now.",
        tenant::participants,
        "tenant",
        tenant.name());
    metrics.counter(
        "relay_tenant_refusals_total",
        "Requests that were refused because a tenant has as much as it may.",
        tenant::refusals,
        "tenant",
        tenant.name());
  }
}
