package org.consultrelay.relay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files hold together: they parse, have what they must have, and name what is there. */
class DeploymentFilesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");

  private static JsonNode yaml(String file) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(ROOT.resolve(file).toFile())) {
      List<JsonNode> all = documents.readAll();
      assertThat(all).as(file).hasSize(1);
      return all.getFirst();
    }
  }

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  @Test
  void everyManifestParsesAndIsListed() throws IOException {
    List<String> resources = new ArrayList<>();
    yaml("deploy/kubernetes/kustomization.yaml")
        .get("resources")
        .forEach(each -> resources.add(each.textValue()));
    try (Stream<Path> files = Files.list(KUBERNETES)) {
      for (Path file : files.toList()) {
        JsonNode manifest = yaml(ROOT.relativize(file).toString());
        assertThat(manifest.path("apiVersion").textValue()).as("%s", file).isNotEmpty();
        assertThat(manifest.path("kind").textValue()).as("%s", file).isNotEmpty();
        String name = file.getFileName().toString();
        if (!name.equals("kustomization.yaml")) {
          assertThat(resources).contains(name);
          assertThat(manifest.path("metadata").path("name").textValue()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void thePodDrainsIsProbedAndMayDoLittle() throws IOException {
    JsonNode pod = yaml("deploy/kubernetes/relay.yaml").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");

    assertThat(pod.path("hostNetwork").booleanValue()).isTrue();
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
    assertThat(pod.path("terminationGracePeriodSeconds").intValue()).isGreaterThan(3_600);
    assertThat(pod.at("/securityContext/runAsNonRoot").booleanValue()).isTrue();
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").booleanValue()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/livenessProbe/httpGet/path").textValue()).isEqualTo("/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").textValue()).isEqualTo("/health/ready");
    assertThat(container.at("/lifecycle/preStop/exec/command/1").textValue())
        .isEqualTo("/opt/relay/drain");
    assertThat(container.at("/resources/requests")).isEqualTo(container.at("/resources/limits"));
    container
        .path("ports")
        .forEach(port ->
            assertThat(port.path("hostPort").intValue())
                .isEqualTo(port.path("containerPort").intValue()));
  }

  @Test
  void oneLabelJoinsThemAll() throws IOException {
    JsonNode labels = yaml("deploy/kubernetes/relay.yaml").at("/spec/template/metadata/labels");

    assertThat(yaml("deploy/kubernetes/relay.yaml").at("/spec/selector/matchLabels"))
        .isEqualTo(labels);
    assertThat(yaml("deploy/kubernetes/disruption-budget.yaml").at("/spec/selector/matchLabels"))
        .isEqualTo(labels);
    JsonNode scaler = yaml("deploy/kubernetes/autoscaling.yaml");
    assertThat(scaler.at("/spec/scaleTargetRef/name"))
        .isEqualTo(yaml("deploy/kubernetes/relay.yaml").at("/metadata/name"));
    assertThat(scaler.at("/spec/metrics/0/pods/metric/name").textValue())
        .isEqualTo("relay_load_ratio");
  }

  /** With a certificate of the test's own. */
  @Test
  void theConfigurationOfKubernetesIsRead(@TempDir Path directory) throws Exception {
    String written =
        yaml("deploy/kubernetes/configuration.yaml").at("/data/relay.yaml").textValue();
    Path file = Files.writeString(directory.resolve("relay.yaml"), written);
    List<String> sets =
        List.of(
            TestCertificate.of("relay.example.org", "EC")
                .settings(directory, "keys.app=0123456789abcdef0123456789abcdef"));

    assertThat(new ConfigLoader(false, Optional.of(file), sets, Map.of(), 2).load().net().onePort())
        .isTrue();
  }

  @Test
  void composeStartsAllThreeOnTheHostsNetwork() throws IOException {
    JsonNode services = yaml("compose.yaml").path("services");

    assertThat(services.size()).isEqualTo(3);
    services.forEach(
        service -> assertThat(service.path("network_mode").textValue()).isEqualTo("host"));
    assertThat(services.at("/relay/read_only").booleanValue()).isTrue();
    assertThat(services.at("/prometheus/volumes/0").textValue())
        .startsWith("./grafana/prometheus.yml:");
    String scraped =
        yaml("grafana/prometheus.yml")
            .at("/scrape_configs/0/static_configs/0/targets/0")
            .textValue();
    assertThat(scraped).isEqualTo("127.0.0.1:6789");
  }

  @Test
  void theImageCopiesWhatIsThereAndIsNotRoots() throws IOException {
    String image = text("Dockerfile");

    assertThat(image).contains("\nUSER 10001:10001\n", "\nHEALTHCHECK ", "\nSTOPSIGNAL SIGTERM\n");
    Matcher allowed = Pattern.compile("(?m)^!(\\S+)$").matcher(text(".dockerignore"));
    while (allowed.find()) {
      if (!allowed.group(1).contains("/target/")) {
        assertThat(ROOT.resolve(allowed.group(1))).exists();
      }
    }
    for (String copied :
        List.of("deploy/healthcheck", "deploy/drain", "relay-server/jvm.options")) {
      assertThat(image).contains(copied);
      assertThat(text(".dockerignore")).contains("!" + copied);
    }
  }

  @Test
  void systemdWaitsForTheDrain() throws IOException {
    String unit = text("deploy/systemd/consult-relay.service");

    assertThat(unit).contains("\nTimeoutStopSec=65min\n", "\nNoNewPrivileges=yes\n", "\nUser=");
    assertThat(unit).contains("@/opt/relay/jvm.options", "/opt/relay/relay-server.jar run\n");
  }

  /** Each flag has its reason above it. */
  @Test
  void everyFlagOfJavaIsExplained() throws IOException {
    String[] paragraphs = text("relay-server/jvm.options").split("\n\n");

    assertThat(paragraphs).hasSizeGreaterThan(5);
    for (String paragraph : paragraphs) {
      assertThat(paragraph).startsWith("#");
      assertThat(paragraph.lines()).allMatch(line -> line.matches("#.*|-[-X].*"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay", "deploy/healthcheck", "deploy/drain", "deploy/image-test.sh"})
  void scriptsAreSound(String script) throws Exception {
    assertThat(ROOT.resolve(script)).isExecutable();
    Process lint =
        new ProcessBuilder(Needs.program("shellcheck"), ROOT.resolve(script).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(lint.waitFor()).as(said).isZero();
  }

  @Test
  void documentsLinkToWhatIsThere() throws IOException {
    Pattern link = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    try (Stream<Path> documents = Files.list(ROOT.resolve("docs"))) {
      documents
          .filter(each -> each.toString().endsWith(".md"))
          .forEach(each -> {
            try {
              Matcher links = link.matcher(Files.readString(each));
              while (links.find()) {
                assertThat(each.resolveSibling(links.group(1))).as("%s", each).exists();
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
