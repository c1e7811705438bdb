package org.consultrelay.relay.config;

import java.net.InetAddress;

/**
 * The operators' door: metrics and health. It has no password, so it listens on the machine itself
 * unless told otherwise.
 *
 * @param host the address to listen on
 * @param port TCP; 0 takes a free one
 */
public record OpsConfig(InetAddress host, int port) {
  static OpsConfig read(SettingReader settings) {
    return new OpsConfig(
        settings.address("ops.host", Defaults.LOOPBACK), settings.port("ops.port", 6789));
  }
}
