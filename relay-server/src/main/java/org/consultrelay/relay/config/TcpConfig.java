package org.consultrelay.relay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.consultrelay.relay.wire.Cidr;

/**
 * Connections that carry media, for networks that let no UDP out.
 *
 * @param icePort for ICE-TCP (RFC 6544); empty: not offered
 * @param tlsPort one port for all that is encrypted: HTTPS, WebSockets and TURN; empty: not
 *     offered, nor without a certificate
 * @param proxies load balancers whose PROXY header is believed, and demanded
 * @param connectionsPerSource most connections of one address; a hospital is one
 * @param maxConnections most in all
 */
public record TcpConfig(
    OptionalInt icePort,
    OptionalInt tlsPort,
    List<Cidr> proxies,
    int connectionsPerSource,
    int maxConnections) {
  /** Copies the list. */
  public TcpConfig {
    proxies = List.copyOf(proxies);
  }

  static TcpConfig read(SettingReader settings) {
    return new TcpConfig(
        settings.portOrOff("tcp.icePort", OptionalInt.of(7881)),
        settings.portOrOff("tcp.tlsPort", OptionalInt.empty()),
        blocks(settings, "tcp.proxies"),
        settings.count("tcp.connectionsPerSource", 1_000, 1, 1_000_000),
        settings.count("tcp.maxConnections", 20_000, 1, 1_000_000));
  }

  /** A list of blocks of addresses. */
  static List<Cidr> blocks(SettingReader settings, String key) {
    List<Cidr> blocks = new ArrayList<>();
    for (String text : settings.list(key)) {
      Optional<Cidr> block = Cidr.parse(text);
      if (block.isEmpty()) {
        settings.mistake(
            key,
            SettingReader.quote(text) + " is not a block of addresses",
            "use one such as 10.20.0.0/16 or 2001:db8:7::/48, with no bits set beyond the prefix");
      }
      block.ifPresent(blocks::add);
    }
    return blocks;
  }
}
