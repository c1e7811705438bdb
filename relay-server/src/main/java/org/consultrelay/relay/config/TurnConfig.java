package org.consultrelay.relay.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.consultrelay.relay.wire.Cidr;

/**
 * The TURN server: the way through for those whose network lets nothing else out.
 *
 * @param udpPort UDP, shared by all loops; empty: not offered
 * @param tcpPort TCP; empty: not offered
 * @param tlsPort TLS over TCP and DTLS over UDP; empty: not offered, nor without a certificate
 * @param host the name in the URLs that clients are given; without it they get addresses, and no
 *     {@code turns:}, whose certificate names a host
 * @param realm what clients hash their password with; kept short, because it is in every 401
 * @param secrets shared secrets of time-limited credentials, the first makes those of our own
 *     participants; never to be logged
 * @param relayPorts the ports that are relayed from
 * @param allowPeers blocks of peers that are allowed although they would not be by default
 * @param denyPeers blocks of peers that are refused in any case
 * @param quotas limits
 */
public record TurnConfig(
    OptionalInt udpPort,
    OptionalInt tcpPort,
    OptionalInt tlsPort,
    Optional<String> host,
    String realm,
    List<String> secrets,
    PortRange relayPorts,
    List<Cidr> allowPeers,
    List<Cidr> denyPeers,
    Quotas quotas) {
  /** The shortest secret outside development mode, in bytes. */
  public static final int LEAST_SECRET_BYTES = 16;

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");
  private static final Pattern REALM = Pattern.compile("[A-Za-z0-9.-]{1,8}");

  /**
   * Limits of what clients may hold.
   *
   * @param perUser allocations of one user name
   * @param perSource allocations from one address; a hospital is one
   * @param total allocations in all
   * @param bandwidth of one allocation, per direction and second
   * @param totalBandwidth of all allocations of a loop, per direction and second
   * @param strangers answers a loop gives in a second to who has not shown who he is
   * @param strangersPerNetwork those of them to one IPv4 /24 or IPv6 /56
   */
  public record Quotas(
      int perUser,
      int perSource,
      int total,
      ByteSize bandwidth,
      ByteSize totalBandwidth,
      int strangers,
      int strangersPerNetwork) {}

  /** Copies the lists. */
  public TurnConfig {
    secrets = List.copyOf(secrets);
    allowPeers = List.copyOf(allowPeers);
    denyPeers = List.copyOf(denyPeers);
  }

  /** Whether any transport is offered. */
  public boolean enabled() {
    return udpPort.isPresent() || tcpPort.isPresent() || tlsPort.isPresent();
  }

  static TurnConfig read(SettingReader settings, boolean dev) {
    OptionalInt udp = settings.portOrOff("turn.udpPort", OptionalInt.of(3478));
    OptionalInt tcp = settings.portOrOff("turn.tcpPort", OptionalInt.of(3478));
    OptionalInt tls = settings.portOrOff("turn.tlsPort", OptionalInt.of(5349));
    return new TurnConfig(
        udp,
        tcp,
        tls,
        settings.word("turn.host", HOST, "use a host name such as turn.example.org"),
        settings
            .word("turn.realm", REALM, "use 1 to 8 letters, digits, dots or dashes")
            .orElse("relay"),
        readSecrets(settings, dev),
        settings.portRange("turn.relayPorts", new PortRange(49_152, 65_535)),
        TcpConfig.blocks(settings, "turn.allowPeers"),
        TcpConfig.blocks(settings, "turn.denyPeers"),
        new Quotas(
            settings.count("turn.quotas.perUser", 16, 1, 1_000_000),
            settings.count("turn.quotas.perSource", 2_000, 1, 1_000_000),
            settings.count("turn.quotas.total", 20_000, 1, 1_000_000),
            bandwidth(settings, "turn.quotas.bandwidth", ByteSize.ofMebibytes(2)),
            bandwidth(settings, "turn.quotas.totalBandwidth", ByteSize.ofMebibytes(1_024)),
            settings.count("turn.quotas.strangers", 20_000, 1, 1_000_000),
            settings.count("turn.quotas.strangersPerNetwork", 500, 1, 1_000_000)));
  }

  private static ByteSize bandwidth(SettingReader settings, String key, ByteSize byDefault) {
    return settings.size(key, byDefault, new ByteSize(16 << 10), ByteSize.ofMebibytes(65_536));
  }

  private static List<String> readSecrets(SettingReader settings, boolean dev) {
    List<String> secrets = new ArrayList<>(settings.files().secretLines("turn.secretsFile"));
    secrets.addAll(settings.list("turn.secrets"));
    if (secrets.isEmpty() && dev) {
      return List.of(ApiKeys.DEV_SECRET);
    }
    for (String secret : secrets) {
      int length = secret.getBytes(StandardCharsets.UTF_8).length;
      if (!dev && length < LEAST_SECRET_BYTES) {
        // Not quoted: it is a secret all the same.
        settings.mistake(
            "turn.secrets",
            "one of them has " + length + " bytes",
            "use " + LEAST_SECRET_BYTES + " or more (`openssl rand -base64 33` makes one)");
      }
    }
    return secrets;
  }

  /** The ports and limits; no secrets. */
  @Override
  public String toString() {
    return "TurnConfig[udpPort="
        + udpPort
        + ", tcpPort="
        + tcpPort
        + ", tlsPort="
        + tlsPort
        + ", host="
        + host
        + ", realm="
        + realm
        + ", secrets="
        + secrets.size()
        + ", relayPorts="
        + relayPorts
        + ", "
        + quotas
        + "]";
  }
}
