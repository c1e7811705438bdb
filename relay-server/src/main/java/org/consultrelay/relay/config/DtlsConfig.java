package org.consultrelay.relay.config;

import java.time.Duration;

/**
 * DTLS handshakes.
 *
 * @param maxHandshakes how many may run at one time; others wait for their peer's retransmission
 * @param handshakeTimeout after which an unfinished handshake fails
 */
public record DtlsConfig(int maxHandshakes, Duration handshakeTimeout) {
  static DtlsConfig read(SettingReader settings) {
    return new DtlsConfig(
        settings.count("dtls.maxHandshakes", 512, 1, 100_000),
        settings.duration(
            "dtls.handshakeTimeout",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2)));
  }
}
