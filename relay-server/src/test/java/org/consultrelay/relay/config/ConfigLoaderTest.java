package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path directory;

  private ConfigTestSupport start() {
    return ConfigTestSupport.withKey(directory);
  }

  @Test
  void nothingButAKeyIsEnough() throws ConfigException {
    RelayConfig config = start().load();
    assertThat(config.dev()).isFalse();
    assertThat(config.http().host()).isEqualTo(InetAddress.ofLiteral("0.0.0.0"));
    assertThat(config.http().port()).isEqualTo(7880);
    assertThat(config.http().tls()).isEmpty();
    assertThat(config.ops().host().isLoopbackAddress()).isTrue();
    assertThat(config.ops().port()).isEqualTo(6789);
    assertThat(config.net().bind()).isEmpty();
    assertThat(config.net().loops()).isEqualTo(2);
    assertThat(config.net().mediaPort(1)).isEqualTo(7883);
    assertThat(config.rooms().departureTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.ice().consentTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.keys().secrets()).containsExactly(Map.entry("app", ConfigTestSupport.SECRET));
  }

  @Test
  void everyKindOfValueIsReadFromTheFile() throws ConfigException {
    RelayConfig config =
        ConfigTestSupport.withoutKey(directory)
            .yaml(
                """
                http: {host: "::", port: 8443}
                net:
                  io: nio
                  bind:
                    - 10.0.0.7
                    - 2001:db8::7
                  advertise: [203.0.113.7=10.0.0.7]
                  loops: 3
                  receiveBuffer: 512KiB
                rooms:
                  departureTimeout: 1500ms
                srtp:
                  ciphers: java
                ice:
                keys:
                  clinic.app: 0123456789abcdef0123456789abcdef
                """)
            .load();
    assertThat(config.http().host()).isEqualTo(InetAddress.ofLiteral("::"));
    assertThat(config.net().io()).isEqualTo(IoChoice.NIO);
    assertThat(config.net().bind())
        .containsExactly(InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("2001:db8::7"));
    assertThat(config.net().advertise())
        .containsExactly(
            new AdvertisedAddress(
                InetAddress.ofLiteral("203.0.113.7"),
                Optional.of(InetAddress.ofLiteral("10.0.0.7"))));
    assertThat(config.net().loops()).isEqualTo(3);
    assertThat(config.net().receiveBuffer()).isEqualTo(new ByteSize(512 * 1024));
    assertThat(config.rooms().departureTimeout()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(config.srtp().ciphers()).isEqualTo(CipherChoice.JAVA);
    assertThat(config.keys().secrets()).containsOnlyKeys("clinic.app");
  }

  @Test
  void environmentWinsOverTheFileAndFlagsOverBoth() throws ConfigException {
    ConfigTestSupport start = start().yaml("http:\n  port: 1001\nnet:\n  mediaPort: 1002\n");
    assertThat(start.load().http().port()).isEqualTo(1001);
    start.environment("RELAY_HTTP_PORT", "2001").environment("RELAY_NET_MEDIA_PORT", "2002");
    assertThat(start.load().http().port()).isEqualTo(2001);
    start.set("http.port=3001");
    assertThat(start.load().http().port()).isEqualTo(3001);
    assertThat(start.load().net().mediaPort()).isEqualTo(2002);
  }

  @Test
  void listsInTextsHaveCommas() throws ConfigException {
    RelayConfig config =
        start()
            .yaml("net:\n  bind: [192.0.2.1]\n")
            .environment("RELAY_NET_BIND", "10.0.0.7, [2001:db8::7],")
            .load();
    assertThat(config.net().bind())
        .containsExactly(InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("2001:db8::7"));
  }

  @Test
  void keysOfTheEnvironmentReplaceThoseOfTheFileAndFlagsAddToThem() throws ConfigException {
    String other = ConfigTestSupport.SECRET + "=+/";
    RelayConfig config =
        start()
            .yaml("keys:\n  old: " + ConfigTestSupport.SECRET + "\n")
            .environment("RELAY_KEYS", "a=" + ConfigTestSupport.SECRET + ", b=" + other)
            .set("keys.c=" + other)
            .load();
    assertThat(config.keys().secrets())
        .containsOnlyKeys("a", "b", "c")
        .containsEntry("b", other)
        .containsEntry("c", other);
  }

  @Test
  void anEmptyVariableIsNotSet() throws ConfigException {
    assertThat(start().environment("RELAY_HTTP_PORT", "").load().http().port()).isEqualTo(7880);
  }

  @Test
  void variablesThatKubernetesSetsForAServiceAreLeftAlone() throws ConfigException {
    RelayConfig config =
        start()
            .environment("RELAY_SERVICE_HOST", "10.96.0.7")
            .environment("RELAY_SERVICE_PORT", "7880")
            .environment("RELAY_SERVICE_PORT_MEDIA", "7882")
            .environment("RELAY_PORT", "tcp://10.96.0.7:7880")
            .environment("RELAY_PORT_7880_TCP", "tcp://10.96.0.7:7880")
            .environment("RELAY_PORT_7880_TCP_PORT", "7880")
            .environment("RELAY_HTTP_PORT", "tcp://10.96.0.8:80")
            .environment("RELAY_HTTP_SERVICE_PORT", "80")
            .load();
    assertThat(config.http().port()).isEqualTo(7880);
  }

  @Test
  void theFileCanBeNamedByTheEnvironment() throws Exception {
    Path file = Files.writeString(directory.resolve("other.yaml"), "http:\n  port: 1234\n");
    Map<String, String> environment =
        Map.of("RELAY_CONFIG", file.toString(), "RELAY_KEYS", "app=" + ConfigTestSupport.SECRET);
    ConfigLoader loader = new ConfigLoader(false, Optional.empty(), List.of(), environment, 2);
    assertThat(loader.load().http().port()).isEqualTo(1234);
  }

  @Test
  void developmentModeNeedsNothingAndStaysOnTheMachine() throws ConfigException {
    RelayConfig config = new ConfigLoader(true, Optional.empty(), List.of(), Map.of(), 2).load();
    assertThat(config.dev()).isTrue();
    assertThat(config.http().host().isLoopbackAddress()).isTrue();
    assertThat(config.ops().host().isLoopbackAddress()).isTrue();
    assertThat(config.net().bind()).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    assertThat(config.keys().secrets()).containsExactly(Map.entry("devkey", "secret"));
  }

  @Test
  void aPublicAddressStandsForTheBoundAddressesOfItsFamily() throws ConfigException {
    RelayConfig config =
        start().set("net.bind=10.0.0.7,2001:db8::7", "net.advertise=203.0.113.7").load();
    AdvertisedAddress advertised = config.net().advertise().getFirst();
    assertThat(advertised.standsFor(InetAddress.ofLiteral("10.0.0.7"))).isTrue();
    assertThat(advertised.standsFor(InetAddress.ofLiteral("2001:db8::7"))).isFalse();
    RelayConfig paired =
        start().set("net.bind=10.0.0.7,10.0.0.8", "net.advertise=203.0.113.8 = 10.0.0.8").load();
    advertised = paired.net().advertise().getFirst();
    assertThat(advertised.standsFor(InetAddress.ofLiteral("10.0.0.7"))).isFalse();
    assertThat(advertised.standsFor(InetAddress.ofLiteral("10.0.0.8"))).isTrue();
  }

  @Test
  void aCertificateAndItsKeyAreTakenTogether() throws Exception {
    Path certificate = directory.resolve("certificate.pem");
    Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n");
    Path key = directory.resolve("key.pem");
    Files.writeString(key, "-----BEGIN EC PRIVATE KEY-----\n");
    RelayConfig config =
        start().set("http.tls.certificate=" + certificate, "http.tls.key=" + key).load();
    assertThat(config.http().tls()).contains(new HttpConfig.Tls(certificate, key));
  }

  @Test
  void secretsAreInNoText() throws ConfigException {
    assertThat(start().load().toString())
        .contains("ApiKeys[app]")
        .doesNotContain(ConfigTestSupport.SECRET);
    ConfigLoader loader =
        new ConfigLoader(
            false,
            Optional.empty(),
            List.of("keys.a=" + ConfigTestSupport.SECRET),
            Map.of("RELAY_KEYS", "b=" + ConfigTestSupport.SECRET),
            2);
    assertThat(loader.toString()).doesNotContain(ConfigTestSupport.SECRET);
  }
}
