package org.consultrelay.relay;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.config.TurnConfig;
import org.consultrelay.relay.turn.SharedSecrets;
import org.consultrelay.relay.turn.TurnOptions;
import org.consultrelay.relay.turn.TurnService;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of TURN while it runs: its limits, its secrets, and what each tenant
 * may have.
 */
final class TurnSettings {
  private final RelayConfig started;
  private @Nullable String madeSecret;

  /**
   * Of a relay.
   *
   * @param started has what holds until a restart
   */
  TurnSettings(RelayConfig started) {
    this.started = started;
  }

  /** Other limits and secrets from now on. */
  void apply(TurnService service, RelayConfig config, SecureRandom random) {
    service.configure(
        options(started, config), secrets(config.turn(), random), tenantLimits(config));
  }

  /**
   * What can be had of TURN.
   *
   * @param started has what holds until a restart: credentials that are out there were made for the
   *     realm, and clients of TURN take its change for a refusal
   * @param now has the limits
   */
  static TurnOptions options(RelayConfig started, RelayConfig now) {
    TurnConfig.Quotas quotas = now.turn().quotas();
    return new TurnOptions(
        started.turn().realm(),
        TurnOptions.DEFAULT.maxLifetimeSeconds(),
        TurnOptions.DEFAULT.permissions(),
        TurnOptions.DEFAULT.channels(),
        quotas.perUser(),
        quotas.perSource(),
        quotas.total(),
        quotas.bandwidth().bytes(),
        started.turn().quotas().totalBandwidth().bytes());
  }

  /** The secrets that are configured, or one made at random while there are none. */
  SharedSecrets secrets(TurnConfig turn, SecureRandom random) {
    List<String> all = new ArrayList<>(turn.secrets());
    if (all.isEmpty() && madeSecret == null) {
      byte[] secret = new byte[33];
      random.nextBytes(secret);
      madeSecret = new String(Base64.getEncoder().encode(secret), StandardCharsets.ISO_8859_1);
    }
    if (madeSecret != null) {
      // Participants may still hold credentials made with it.
      all.add(madeSecret);
    }
    return SharedSecrets.of(all);
  }

  private static Map<String, Integer> tenantLimits(RelayConfig config) {
    Map<String, Integer> most = new HashMap<>();
    config
        .tenants()
        .all()
        .forEach(
            each -> each.maxTurnAllocations().ifPresent(limit -> most.put(each.name(), limit)));
    return most;
  }
}
