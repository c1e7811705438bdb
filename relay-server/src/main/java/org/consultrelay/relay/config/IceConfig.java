package org.consultrelay.relay.config;

import java.time.Duration;

/**
 * Connectivity checks.
 *
 * @param consentTimeout how long a peer may be silent before its consent has ended (RFC 7675 §5.1)
 * @param unauthenticatedPerSecond how many requests without a known user name a loop answers in a
 *     second; the rest is dropped and counted
 */
public record IceConfig(Duration consentTimeout, int unauthenticatedPerSecond) {
  static IceConfig read(SettingReader settings) {
    return new IceConfig(
        settings.duration(
            "ice.consentTimeout",
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5)),
        settings.count("ice.unauthenticatedPerSecond", 100, 1, 1_000_000));
  }
}
