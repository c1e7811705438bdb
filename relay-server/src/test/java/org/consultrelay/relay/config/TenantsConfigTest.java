package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.consultrelay.relay.config.TenantsConfig.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who shares the relay, as it is written; and what is wrong with it. */
class TenantsConfigTest {
  private static final String SECRET = ConfigTestSupport.SECRET;

  @TempDir Path directory;

  private ConfigTestSupport yaml(String tenants, String... keys) {
    StringBuilder text = new StringBuilder("keys:\n");
    for (String key : keys) {
      text.append("  ").append(key).append(": ").append(SECRET).append('\n');
    }
    return ConfigTestSupport.withoutKey(directory).yaml(text + tenants);
  }

  @Test
  void areReadInTheirOrder() throws Exception {
    RelayConfig config =
        yaml(
                """
                tenants:
                  north:
                    roomPrefix: north-
                    keys: [n-1, n.2]
                    maxRooms: 20
                  operator:
                    roomPrefix: ""
                    keys: own
                    maxParticipants: 0
                    maxTurnAllocations: 7
                """,
                "n-1",
                "n.2",
                "own")
            .load();
    assertThat(config.tenants().all())
        .containsExactly(
            new Tenant(
                "north",
                "north-",
                List.of("n-1", "n.2"),
                OptionalInt.of(20),
                OptionalInt.empty(),
                OptionalInt.empty()),
            new Tenant(
                "operator",
                "",
                List.of("own"),
                OptionalInt.empty(),
                OptionalInt.of(0),
                OptionalInt.of(7)));
    assertThat(config.tenants().of("n.2")).map(Tenant::name).contains("north");
    assertThat(config.tenants().of("x")).isEmpty();
  }

  @Test
  void comeFromTheEnvironmentAndFlags() throws Exception {
    RelayConfig config =
        ConfigTestSupport.withKey(directory)
            .environment("RELAY_TENANTS", "a.roomPrefix=a-,a.maxRooms=3")
            .set("tenants.a.keys=app")
            .load();
    assertThat(config.tenants().all())
        .containsExactly(
            new Tenant(
                "a",
                "a-",
                List.of("app"),
                OptionalInt.of(3),
                OptionalInt.empty(),
                OptionalInt.empty()));
  }

  @Test
  void aKeyOfTheFileMaySayWhoseItIs() throws Exception {
    Path keys =
        Files.writeString(
            directory.resolve("keys"),
            "n-1=" + SECRET + " tenant=north\nn-2: " + SECRET + "   tenant=north\n");
    RelayConfig config =
        yaml("keysFile: " + keys + "\ntenants:\n  north:\n    roomPrefix: n-\n").load();
    assertThat(config.tenants().all().getFirst().keys()).containsExactlyInAnyOrder("n-1", "n-2");
    assertThat(config.keys().secrets()).containsOnlyKeys("n-1", "n-2");
  }

  @Test
  void mistakesAreToldOneByOne() {
    assertThat(
            yaml(
                    """
                    tenants:
                      north:
                        roomPrefix: n
                        keys: [a, gone]
                      northeast:
                        roomPrefix: ne-
                        keys: [a, b]
                        maxRoms: 3
                      west:
                        keys: c
                        maxRooms: many
                      we st:
                        roomPrefix: x-
                    """,
                    "a",
                    "b",
                    "c",
                    "d")
                .refusal())
        .containsExactly(
            "tenants.northeast.maxRoms: is no setting of a tenant; a tenant has keys,"
                + " maxParticipants, maxRooms, maxTurnAllocations, roomPrefix (relay.yaml:13)",
            "tenants: \"we st\" cannot be a tenant's name; use 1 to 32 letters, digits, dashes or"
                + " underscores (relay.yaml:18)",
            "tenants.west.roomPrefix: is not there; write what the names of its rooms begin with,"
                + " such as west-, or \"\" for the operator's own keys, which may use every room",
            "tenants.west.maxRooms: \"many\" cannot be used; use a whole number from 0 to 1000000"
                + " (relay.yaml:16)",
            "tenants.north.keys: names an API key that there is not; write it below keys"
                + " (relay.yaml:9)",
            "tenants.northeast.keys: a is the API key of north as well; an API key has one tenant"
                + " (relay.yaml:12)",
            "keys.d: has no tenant, and there are some; write it in tenants.….keys; the operator's"
                + " own may have a tenant with roomPrefix: \"\" (relay.yaml:5)",
            "tenants.northeast.roomPrefix: \"ne-\" overlaps with that of north; let neither begin"
                + " as the other does, for example by a dash at the end (relay.yaml:11)");
  }

  @Test
  void onePrefixIsOneTenants() {
    assertThat(
            yaml(
                    """
                    tenants:
                      north:
                        roomPrefix: n-
                        keys: a
                      again:
                        roomPrefix: n-
                        keys: b
                    """,
                    "a",
                    "b")
                .refusal())
        .singleElement()
        .isEqualTo(
            "tenants.again.roomPrefix: \"n-\" is that of north; write the keys of both below one"
                + " tenant, or use another prefix (relay.yaml:9)");
  }

  @Test
  void aPrefixHasNoSpacesAndAFileNoUnknownTenants() throws Exception {
    assertThat(yaml("tenants:\n  n:\n    roomPrefix: a b\n    keys: a\n", "a").refusal())
        .singleElement()
        .isEqualTo(
            "tenants.n.roomPrefix: \"a b\" cannot be used; use up to 64 characters without spaces"
                + " (relay.yaml:5)");
    Path keys = Files.writeString(directory.resolve("keys"), "a=" + SECRET + " tenant=who\n");
    assertThat(yaml("keysFile: " + keys + "\n").refusal())
        .singleElement()
        .asString()
        .startsWith("keysFile: names a tenant that there is not;")
        .doesNotContain(SECRET);
  }

  @Test
  void aSecretThatStandsWhereAKeyIsNamedIsNotShown() {
    String secret = "kR8vQ2mXw7TzL4pNc9HsYb3F";
    assertThat(
            ConfigTestSupport.withKey(directory)
                .yaml("keys:\n  %s: my-app\n".formatted(secret))
                .environment("RELAY_KEYS", "")
                .refusal())
        .containsExactly("keys: the secret has 6 bytes; use 32 or more (relay.yaml:2)");
    String long32 = secret + "x9Kd2Wq7";
    List<String> mistakes =
        yaml(
                """
                tenants:
                  n:
                    roomPrefix: n-
                    keys: [%1$s, a]
                  m:
                    roomPrefix: m-
                    keys: %1$s
                webhooks:
                  urls: https://practice.example.org/events
                  apiKey: %2$s
                """
                    .formatted(long32, secret),
                "a",
                long32,
                long32 + "2")
            .refusal();
    assertThat(mistakes)
        .noneMatch(line -> line.contains(secret))
        .anyMatch(line -> line.startsWith("keys: one API key has no tenant"))
        .anyMatch(line -> line.startsWith("tenants.m.keys: one of them is the API key of n"))
        .anyMatch(line -> line.startsWith("webhooks.apiKey: what it says is none of the keys"));
  }
}
