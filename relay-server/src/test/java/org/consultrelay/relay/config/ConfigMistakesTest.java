package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake is one line that names the key, what is wrong, what is right, and where it is. */
class ConfigMistakesTest {
  @TempDir Path directory;

  private ConfigTestSupport start() {
    return ConfigTestSupport.withKey(directory);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http.port=70000          | http.port: "70000" cannot be used; use a whole number from 0 to 65535 (--set)
          http.port=x              | http.port: "x" cannot be used; use a whole number from 0 to 65535 (--set)
          http.port=               | http.port: "" cannot be used; use a whole number from 0 to 65535 (--set)
          http.host=relay.example  | http.host: "relay.example" is not an IP address; use one such as 127.0.0.1 or ::1, or 0.0.0.0 for all (--set)
          http.host=7880           | http.host: "7880" is not an IP address; use one such as 127.0.0.1 or ::1, or 0.0.0.0 for all (--set)
          http.prot=7880           | http.prot: there is no such key; perhaps http.port is meant (--set)
          mediaPort=7880           | mediaPort: there is no such key; perhaps net.mediaPort is meant (--set)
          colour=red               | colour: there is no such key; relay.reference.yaml lists them all (--set)
          http=7880                | http: is a section, not a value; write its keys below it, indented (--set)
          keys=a                   | keys: is a section, not a value; write its keys below it, indented (--set)
          net.io=uring             | net.io: "uring" is not one of its values; use auto or epoll or nio (--set)
          net.io=Epoll             | net.io: "Epoll" is not one of its values; use auto or epoll or nio (--set)
          net.loops=0              | net.loops: "0" cannot be used; use auto or a whole number from 1 to 1024 (--set)
          net.sendBuffer=4MB       | net.sendBuffer: "4MB" cannot be used; use a size from 64KiB to 1GiB, such as 4MiB (--set)
          net.sendBuffer=1KiB      | net.sendBuffer: "1KiB" cannot be used; use a size from 64KiB to 1GiB, such as 4MiB (--set)
          ice.consentTimeout=30    | ice.consentTimeout: "30" cannot be used; use a duration from 5s to 5m, such as 30s (--set)
          rooms.emptyTimeout=2 weeks | rooms.emptyTimeout: "2 weeks" cannot be used; use a duration from 0s to 24h, such as 5m (--set)
          net.bind=10.0.0.300      | net.bind: "10.0.0.300" is not an IP address; use one such as 192.0.2.7 or 2001:db8::7 (--set)
          net.bind=0.0.0.0         | net.bind: "0.0.0.0" names no address that peers could reach; leave net.bind empty for every address of the machine (--set)
          net.advertise=nat.example | net.advertise: "nat.example" is not an address nor a pair of them; use one such as 203.0.113.7 or 203.0.113.7=10.0.0.7 (public=bound) (--set)
          net.advertise=203.0.113.7=10.0.0.7 | net.advertise: "203.0.113.7=10.0.0.7" stands for an address that is not in net.bind; write public=bound, each bound address once and as in net.bind (--set)
          net.mediaPort=65535      | net.mediaPort: 65535 leaves no room for the ports of 2 loops; use at most 65534 (one port per loop, counted up) (--set)
          net.mediaPort=7879       | net.mediaPort: its ports 7879 to 7880 (one per loop) include http.port, 7880; use a range without it (--set)
          net.mediaPort=6789       | net.mediaPort: its ports 6789 to 6790 (one per loop) include ops.port, 6789; use a range without it (--set)
          ops.port=7880            | ops.port: 7880 is taken by http.port; use another one, such as 7881 (--set)
          rooms.maxParticipants=7  | rooms.maxParticipantsPerRoom: 500 is more than rooms.maxParticipants, 7; use at most 7
          ops.drainDeadline=25h    | ops.drainDeadline: "25h" cannot be used; use a duration from 0s to 24h, such as 1h (--set)
          admission.stopBelow=15   | admission.stopBelow: "15" cannot be used; use a whole percentage from 1% to 90%, such as 15% (--set)
          admission.busyLimit=101% | admission.busyLimit: "101%" cannot be used; use a whole percentage from 10% to 100%, such as 90% (--set)
          admission.startAbove=10% | admission.startAbove: 10% is not above admission.stopBelow, 15%; use more, such as 20% (--set)
          admission.urgentShare=20% | admission.urgentShare: 20% is above admission.stopBelow, 15%, so urgent rooms would be refused before others; use at most 15% (--set)
          admission.enabled=on     | admission.enabled: "on" is not one of its values; use true or false (--set)
          log.format=xml           | log.format: "xml" is not one of its values; use plain or json (--set)
          log.audit=/nowhere/audit | log.audit: "/nowhere/audit" cannot be written; name a file in a directory that is there and that this user may write to (--set)
          net.onePort=yes          | net.onePort: "yes" is not one of its values; use true or false (--set)
          tcp.icePort=on           | tcp.icePort: "on" cannot be used; use off or a whole number from 0 to 65535 (--set)
          tcp.icePort=7880         | tcp.icePort: 7880 is taken by http.port; use another one, or off (--set)
          turn.tcpPort=7881        | turn.tcpPort: 7881 is taken by tcp.icePort; use another one, or off (--set)
          tcp.tlsPort=443          | tcp.tlsPort: needs a certificate; name one in http.tls.certificate and its key in http.tls.key, or leave this off (--set)
          tcp.proxies=10.0.0.0/99  | tcp.proxies: "10.0.0.0/99" is not a block of addresses; use one such as 10.20.0.0/16 or 2001:db8:7::/48, with no bits set beyond the prefix (--set)
          tcp.proxies=lb.example   | tcp.proxies: "lb.example" is not a block of addresses; use one such as 10.20.0.0/16 or 2001:db8:7::/48, with no bits set beyond the prefix (--set)
          tcp.maxConnections=0     | tcp.maxConnections: "0" cannot be used; use a whole number from 1 to 1000000 (--set)
          turn.udpPort=none        | turn.udpPort: "none" cannot be used; use off or a whole number from 0 to 65535 (--set)
          turn.relayPorts=5-4      | turn.relayPorts: "5-4" is no range of ports; use two numbers from 1 to 65535, the lower first, such as 49152-65535 (--set)
          turn.relayPorts=49152    | turn.relayPorts: "49152" is no range of ports; use two numbers from 1 to 65535, the lower first, such as 49152-65535 (--set)
          turn.allowPeers=10.0.0.0/33 | turn.allowPeers: "10.0.0.0/33" is not a block of addresses; use one such as 10.20.0.0/16 or 2001:db8:7::/48, with no bits set beyond the prefix (--set)
          turn.denyPeers=10.0.0.1/8 | turn.denyPeers: "10.0.0.1/8" is not a block of addresses; use one such as 10.20.0.0/16 or 2001:db8:7::/48, with no bits set beyond the prefix (--set)
          turn.realm=relay.example.org | turn.realm: "relay.example.org" cannot be used; use 1 to 8 letters, digits, dots or dashes (--set)
          turn.host=a b            | turn.host: "a b" cannot be used; use a host name such as turn.example.org (--set)
          turn.secrets=short       | turn.secrets: one of them has 5 bytes; use 16 or more (`openssl rand -base64 33` makes one) (--set)
          keys.app=short           | keys.app: the secret has 5 bytes; use 32 or more (--set)
          keys.a b=x               | keys: one API key has a name that cannot be used; use 1 to 64 letters, digits, dots, dashes or underscores (--set)
          """)
  void aWrongValueIsOneLine(String set, String line) {
    assertThat(
            start()
                .environment("RELAY_KEYS", "")
                .set(set, "keys.good=" + ConfigTestSupport.SECRET)
                .refusal())
        .containsExactly(line);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ftp://a.example          | number 2 begins with neither https:// nor http://; use one such as https://practice.example.org/relay-events
          practice.example.org     | number 2 begins with neither https:// nor http://; use one such as https://practice.example.org/relay-events
          https:///hook            | number 2 names no host; use one such as https://practice.example.org/relay-events
          https://2130706433/      | number 2 is on this machine or in a private network; set webhooks.allowPrivate: true if that is meant
          https://127.1/           | number 2 names no host; use one such as https://practice.example.org/relay-events
          https://a.example:99999/ | number 2 has no port that can be; use one such as https://practice.example.org/relay-events
          https://me:s3cret@a.example/ | number 2 has a user name or password in it; use one such as https://practice.example.org/relay-events
          https://a.example/#s3cret | number 2 has a fragment (#); use one such as https://practice.example.org/relay-events
          https://a.example/s3 cret | number 2 is no URL; use one such as https://practice.example.org/relay-events
          https://good.example/hook | number 2 is there twice; use one such as https://practice.example.org/relay-events
          http://localhost:8080/   | number 2 is on this machine or in a private network; set webhooks.allowPrivate: true if that is meant
          http://127.0.0.1/        | number 2 is on this machine or in a private network; set webhooks.allowPrivate: true if that is meant
          http://[::ffff:10.0.0.1]/ | number 2 is on this machine or in a private network; set webhooks.allowPrivate: true if that is meant
          http://169.254.169.254/  | number 2 is on this machine or in a private network; set webhooks.allowPrivate: true if that is meant
          """)
  void aReceiverThatCannotBeIsNamedByItsPlaceAndNotQuoted(String url, String line) {
    assertThat(start().set("webhooks.urls=https://good.example/hook," + url).refusal())
        .containsExactly("webhooks.urls: " + line + " (--set)");
  }

  @Test
  void webhooksAreSignedByOneKeyThatIsThere() {
    String url = "webhooks.urls=https://good.example/hook";
    String other = "keys.other=" + ConfigTestSupport.SECRET;
    String app = "keys.app=" + ConfigTestSupport.SECRET;
    assertThat(start().set(url, other, app).refusal())
        .containsExactly(
            "webhooks.apiKey: there are 2 keys, and it names none; name the one whose secret the"
                + " receivers know");
    assertThat(start().set(url, "webhooks.apiKey=nobody").refusal())
        .containsExactly(
            "webhooks.apiKey: \"nobody\" is none of the keys; name one of those in keys or keysFile"
                + " (--set)");
    assertThat(start().set(url, "webhooks.retry.first=5s", "webhooks.retry.most=2s").refusal())
        .containsExactly(
            "webhooks.retry.most: 2s is less than webhooks.retry.first, 5s; use at least as much"
                + " (--set)");
  }

  @Test
  void addressesMustBeTellableApart() {
    assertThat(start().set("net.bind=10.0.0.7,10.0.0.7").refusal())
        .containsExactly("net.bind: \"10.0.0.7\" is there twice; name it once (--set)");
    for (String advertise :
        List.of(
            "203.0.113.7,203.0.113.8",
            "203.0.113.7=10.0.0.7,203.0.113.8=10.0.0.7",
            "203.0.113.7=10.0.0.7,203.0.113.8",
            "2001:db8::1",
            "2001:db8::1=10.0.0.7")) {
      assertThat(start().set("net.bind=10.0.0.7,10.0.0.8", "net.advertise=" + advertise).refusal())
          .as(advertise)
          .hasSize(1)
          .allMatch(line -> line.startsWith("net.advertise: "));
    }
  }

  @Test
  void theLineOfTheFileIsNamed() {
    assertThat(start().yaml("# ours\nhttp:\n  # up\n  port: 99999\n  hots: ::1\n").refusal())
        .containsExactly(
            "http.port: \"99999\" cannot be used; use a whole number from 0 to 65535"
                + " (relay.yaml:4)",
            "http.hots: there is no such key; perhaps http.host is meant (relay.yaml:5)");
  }

  @Test
  void theVariableIsNamed() {
    assertThat(start().environment("RELAY_HTTP_PORT", "eighty").refusal())
        .containsExactly(
            "http.port: \"eighty\" cannot be used; use a whole number from 0 to 65535"
                + " (RELAY_HTTP_PORT)");
    assertThat(start().environment("RELAY_NET_MEDIAPORT", "7000").refusal())
        .containsExactly(
            "RELAY_NET_MEDIAPORT: is no setting of the relay; perhaps RELAY_NET_MEDIA_PORT is meant"
                + " (environment)");
  }

  @Test
  void everyMistakeIsListed() {
    assertThat(start().set("http.port=x", "net.io=x", "nonsense=x").refusal()).hasSize(3);
  }

  @Test
  void aFileThatCannotBeReadIsOneLine() {
    ConfigLoader loader =
        new ConfigLoader(
            false, Optional.of(directory.resolve("none.yaml")), List.of(), Map.of(), 2);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(loader::load))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.yaml: cannot be read (NoSuchFileException); name a YAML file");
  }

  @Test
  void whatIsNotYamlIsOneLineWithoutItsText() {
    assertThat(start().yaml("keys:\n  app: 'verysecret\n").refusal())
        .hasSize(1)
        .allMatch(line -> line.startsWith("relay.yaml:") && line.contains("is not YAML"))
        .noneMatch(line -> line.contains("verysecret"));
    assertThat(start().yaml("- http\n").refusal())
        .containsExactly(
            "relay.yaml: does not hold sections; begin with one such as `http:` (relay.yaml:1)");
    assertThat(start().yaml("http:\n---\nnet:\n").refusal()).hasSize(1);
    assertThat(start().yaml("http:\n  port: 1\nhttp:\n  port: 2\n").refusal())
        .containsExactly("http: is written twice; keep one of the two (relay.yaml:3)");
    assertThat(start().yaml("http:\n  port: 1\n  port: 2\n").refusal())
        .containsExactly("http.port: is written twice; keep one of the two (relay.yaml:3)");
    assertThat(start().yaml("net:\n  bind: [[1.2.3.4]]\n").refusal())
        .containsExactly(
            "net.bind: holds more than plain values; write a list such as [a, b] (relay.yaml:2)");
    assertThat(start().yaml("http:\n  port: [1, 2]\n").refusal())
        .containsExactly("http.port: is a list; write one value (relay.yaml:2)");
  }

  @Test
  void outsideDevelopmentThereMustBeAKey() {
    assertThat(ConfigTestSupport.withoutKey(directory).refusal())
        .hasSize(1)
        .allMatch(line -> line.startsWith("keys: there is none; name at least one API key"));
  }

  @Test
  void noSecretIsInALine() {
    ConfigTestSupport start = ConfigTestSupport.withoutKey(directory);
    start.yaml("keys:\n  a: shortsecret1\n  b: [shortsecret2]\n");
    start.set("keys.bad name=shortsecret3", "shortsecret4");
    assertThat(start.refusal()).containsExactly("--set: has no key; write --set key=value");
    start.set("keys.bad name=shortsecret3");
    assertThat(start.refusal()).hasSize(3).noneMatch(line -> line.contains("shortsecret"));
    start.environment("RELAY_KEYS", "shortsecret5,shortsecret6=");
    assertThat(start.refusal()).noneMatch(line -> line.contains("shortsecret5"));
  }

  @Test
  void developmentModeIsRefusedToOtherMachines() {
    ConfigTestSupport start = ConfigTestSupport.withoutKey(directory).dev();
    assertThat(start.set("http.host=0.0.0.0", "ops.host=::", "net.bind=10.0.0.7,::1").refusal())
        .hasSize(3)
        .contains(
            "net.bind: 10.0.0.7 can be reached from other machines, in development mode; use"
                + " 127.0.0.1 or ::1, or drop --dev and configure keys (--set)");
  }

  @Test
  void certificateAndKeyAreCheckedAtTheStart() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    assertThat(start().set("http.tls.certificate=" + empty).refusal())
        .containsExactly(
            "http.tls.certificate: \"empty.pem\" holds no CERTIFICATE block; name a PEM file with"
                + " \"-----BEGIN CERTIFICATE-----\" that this user may read (--set)");
    Path certificate = directory.resolve("c.pem");
    Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n");
    assertThat(start().set("http.tls.certificate=" + certificate).refusal())
        .containsExactly(
            "http.tls.key: is missing beside http.tls.certificate; name the PEM file of its key");
  }

  @Test
  void doorsOfOneAddressHavePortsOfTheirOwn() throws Exception {
    Path certificate = directory.resolve("c.pem");
    Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n");
    Path key = directory.resolve("k.pem");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n");
    String chain = "http.tls.certificate=" + certificate;
    String secret = "http.tls.key=" + key;
    assertThat(start().set(chain, secret, "tcp.tlsPort=443", "turn.tlsPort=443").refusal())
        .containsExactly(
            "turn.tlsPort: 443 is taken by tcp.tlsPort; use another one, or off (--set)");
    assertThat(start().set(chain, secret, "tcp.tlsPort=7880").refusal())
        .containsExactly(
            "tcp.tlsPort: 7880 is taken by http.port; use another one, or off (--set)");
    // A proxy on this machine serves 443 outside and hands on to us inside.
    assertThat(
            start()
                .set(
                    chain,
                    secret,
                    "http.host=127.0.0.1",
                    "http.port=443",
                    "tcp.tlsPort=443",
                    "net.bind=10.0.0.7")
                .load()
                .tcp()
                .tlsPort())
        .hasValue(443);
  }

  @Test
  void anyBytesAtAllAreReadOrRefusedInLines() throws IOException {
    long seed = 20_261_124L;
    Random random = new Random(seed);
    String seedYaml = Reference.text();
    for (int i = 0; i < 300; i++) {
      StringBuilder yaml = new StringBuilder(seedYaml);
      for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
        int at = random.nextInt(yaml.length());
        switch (random.nextInt(3)) {
          case 0 -> yaml.setCharAt(at, (char) random.nextInt(0x20, 0x7F));
          case 1 -> yaml.deleteCharAt(at);
          default -> yaml.setLength(at + 1);
        }
      }
      ConfigTestSupport start = start().yaml(yaml.toString());
      try {
        start.load();
      } catch (ConfigException e) {
        assertThat(e.mistakes()).as("seed %d, round %d", seed, i).isNotEmpty();
      }
    }
  }
}
