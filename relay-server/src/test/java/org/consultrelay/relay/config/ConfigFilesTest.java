package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration, read again; and in which keys two of them differ. */
class ConfigFilesTest {
  private static final String SECRET = ConfigTestSupport.SECRET;

  @TempDir Path directory;
  private Path yaml;
  private Path keys;
  private ConfigFiles files;

  @BeforeEach
  void write() throws Exception {
    yaml = directory.resolve("relay.yaml");
    keys = Files.writeString(directory.resolve("keys"), "a=" + SECRET);
    Files.writeString(yaml, "keysFile: " + keys + "\nrooms:\n  maxRooms: 5\n");
    files =
        new ConfigFiles(
            new ConfigLoader(false, Optional.of(yaml), List.of("net.loops=1"), Map.of(), 2));
  }

  @Test
  void secretFilesAreReadAloneWithTheRestAsItWas() throws Exception {
    RelayConfig first = files.read();
    assertThat(files.secretFiles()).containsExactly(keys);

    Files.writeString(yaml, "half writ");
    Files.writeString(keys, "b=" + SECRET);
    RelayConfig second = files.readSecrets();
    assertThat(second.keys().secrets()).containsOnlyKeys("b");
    assertThat(ConfigChanges.between(first, second)).containsExactly("keys");
    assertThatThrownBy(files::read).isInstanceOf(ConfigException.class);
    assertThat(files.readSecrets().rooms().maxRooms()).isEqualTo(5);
  }

  @Test
  void whatIsWrongIsTheSameAsAtTheStart() throws Exception {
    files.read();
    Files.writeString(keys, "b=short");
    assertThatThrownBy(files::readSecrets)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("keys.b: the secret has 5 bytes");
    Files.delete(keys);
    assertThatThrownBy(files::readSecrets).isInstanceOf(ConfigException.class);
    assertThat(files.secretFiles()).as("it is looked for again").containsExactly(keys);
  }

  @Test
  void changesAreNamedByTheirKeys() throws Exception {
    RelayConfig before = files.read();
    Files.writeString(
        yaml,
        """
        keysFile: %s
        rooms:
          maxRooms: 6
          departureTimeout: 20s
        http:
          port: 7990
        net:
          sendBuffer: 1MiB
        turn:
          secrets: [0123456789abcdef]
          relayPorts: 50000-50001
          quotas:
            perUser: 3
            bandwidth: 1MiB
        tenants:
          t:
            roomPrefix: t-
            keys: a
        """
            .formatted(keys));
    assertThat(ConfigChanges.between(before, files.read()))
        .containsExactlyInAnyOrder(
            "http.port",
            "net.sendBuffer",
            "rooms.maxRooms",
            "tenants",
            "turn.secrets",
            "turn.relayPorts",
            "turn.quotas.perUser",
            "turn.quotas.bandwidth");
    assertThat(ConfigChanges.between(before, before)).isEmpty();
  }

  @Test
  void everyKeyOfTheReferenceCanBeNamed() throws Exception {
    // What a key is called here is what it is called there: the records say both.
    Set<String> known =
        YamlSettings.parse("reference", Reference.text(), new ArrayList<>()).keySet();
    RelayConfig before = files.read();
    Files.writeString(
        yaml,
        "keysFile: "
            + keys
            + "\nlog:\n  format: json\nice:\n  consentTimeout: 20s\n"
            + "ops:\n  drainDeadline: 1m\ndtls:\n  maxHandshakes: 7\nadmission:\n  enabled: false\n"
            + "tcp:\n  icePort: off\nsrtp:\n  ciphers: java\n");
    assertThat(ConfigChanges.between(before, files.read())).hasSize(8).isSubsetOf(known);
  }
}
