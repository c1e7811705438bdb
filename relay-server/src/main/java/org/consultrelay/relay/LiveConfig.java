package org.consultrelay.relay;

import java.security.SecureRandom;
import java.util.List;
import org.consultrelay.relay.api.ApiKeyring;
import org.consultrelay.relay.config.EncryptionChoice;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.config.TenantsConfig;
import org.consultrelay.relay.room.RoomLimits;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.room.Tenants;
import org.consultrelay.relay.signal.livekit.webhook.Webhooks;

/** What of the configuration can change while the relay runs. */
final class LiveConfig {
  private final ApiKeyring keys;
  private final Rooms rooms;
  private final RelayWatch watch;
  private final MediaDoors doors;
  private final KeyMetrics metrics;
  private final Webhooks webhooks;
  private final SecureRandom random;
  private List<ApiKeyring.Key> applied;

  LiveConfig(
      ApiKeyring keys,
      Rooms rooms,
      RelayWatch watch,
      MediaDoors doors,
      KeyMetrics metrics,
      Webhooks webhooks,
      SecureRandom random) {
    this.keys = keys;
    this.rooms = rooms;
    this.watch = watch;
    this.doors = doors;
    this.metrics = metrics;
    this.webhooks = webhooks;
    this.random = random;
    this.applied = keys.keys();
  }

  /** Puts in force what can be changed. One thread at a time. */
  void apply(RelayConfig config) {
    // Before the keys, so that nobody of a new tenant is in before there is one.
    rooms.tenants().replace(shares(config));
    List<ApiKeyring.Key> now = keys(config);
    if (!now.equals(applied)) {
      keys.replace(now);
      applied = now;
    }
    metrics.add();
    webhooks.signBy(config.webhooks().apiKey());
    rooms.limits(limits(config));
    watch.configure(config.admission());
    doors.configure(config, random);
  }

  /** The API keys, with whose they are. */
  static List<ApiKeyring.Key> keys(RelayConfig config) {
    return config.keys().secrets().entrySet().stream()
        .map(each -> {
          TenantsConfig.Tenant tenant = config.tenants().of(each.getKey()).orElse(null);
          return new ApiKeyring.Key(
              each.getKey(),
              each.getValue(),
              tenant == null ? "" : tenant.name(),
              tenant == null ? "" : tenant.roomPrefix());
        })
        .toList();
  }

  /** How long and how many. */
  static RoomLimits limits(RelayConfig config) {
    return new RoomLimits(
        config.rooms().departureTimeout(),
        config.rooms().emptyTimeout(),
        config.rooms().maxRooms(),
        config.rooms().maxParticipants(),
        config.rooms().maxParticipantsPerRoom(),
        config.rooms().e2ee() == EncryptionChoice.REQUIRED,
        config.rooms().loudestSpeakers(),
        config.rooms().loudestAbove());
  }

  /** What each tenant may have; what is not said is what the relay may. */
  static List<Tenants.Share> shares(RelayConfig config) {
    return config.tenants().all().stream()
        .map(each ->
            new Tenants.Share(
                each.name(),
                each.roomPrefix(),
                each.maxRooms().orElse(Integer.MAX_VALUE),
                each.maxParticipants().orElse(Integer.MAX_VALUE)))
        .toList();
  }
}
