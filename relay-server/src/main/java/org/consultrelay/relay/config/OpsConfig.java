package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.time.Duration;

/**
 * The operators' door: metrics and health. It has no password, so it listens on the machine itself
 * unless told otherwise.
 *
 * @param host the address to listen on
 * @param port TCP; 0 takes a free one
 * @param drainDeadline how long rooms may go on once the relay was told to stop
 * @param debug whether {@code /debug} answers whoever reaches the port, and not this machine alone
 */
public record OpsConfig(InetAddress host, int port, Duration drainDeadline, boolean debug) {
  static OpsConfig read(SettingReader settings, boolean dev) {
    return new OpsConfig(
        settings.address("ops.host", Defaults.LOOPBACK),
        settings.port("ops.port", 6789),
        settings.duration(
            "ops.drainDeadline",
            dev ? Duration.ZERO : Duration.ofHours(1),
            Duration.ZERO,
            Duration.ofDays(1)),
        settings.flag("ops.debug", false));
  }
}
