package org.consultrelay.load.boards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.consultrelay.load.Needs;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.load.run.LoadOptions;
import org.consultrelay.load.run.LoadRun;
import org.consultrelay.load.run.Target;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus reads a relay with calls in it for half a minute; then every expression of
 * every board and every alert rule is asked. What they show is left in {@code target/dashboards},
 * for people to look at.
 */
@Timeout(120)
class LiveBoardsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int CALL_SECONDS = 22;
  private static final Path ROOT =
      Files.exists(Path.of("grafana")) ? Path.of("").toAbsolutePath() : Path.of("..").normalize();
  private static final Path GRAFANA = ROOT.resolve("grafana").toAbsolutePath();
  private static final Pattern METRIC = Pattern.compile("\\b(?:relay|jvm|process)_[a-z0-9_]+");

  /** Simulated participants do not tell what reaches them, so their lines are not judged. */
  private static final Set<String> WITHOUT_VALUE = Set.of("What lines carry");

  /** There only where a certificate is configured; see docs/metrics.md. */
  private static final Set<String> CONDITIONAL = Set.of("relay_certificate_reloads_total");

  @TempDir static Path directory;

  private static RelayProcess relay;
  private static RealPrometheus prometheus;

  @BeforeAll
  static void loadAndWatch() throws Exception {
    Needs.that(RealPrometheus.isThere(), "prometheus and promtool are not installed");
    relay = RelayProcess.start(List.of(), List.of("-XX:+UseZGC"), List.of("net.loops=2"));
    prometheus =
        RealPrometheus.start(GRAFANA, relay.metrics().getRawAuthority(), directory.toRealPath());
    try (LoadRun whip = start("whip", whip(), LoadOptions.DEFAULT.withLoss(0.02));
        LoadRun livekit = start("livekit", liveKit(), LoadOptions.DEFAULT)) {
      TimeUnit.SECONDS.sleep(CALL_SECONDS - 2);
      collectGarbage();
      TimeUnit.SECONDS.sleep(2);
      draw();
      whip.stop();
      livekit.stop();
      assertThat(whip.await().failures()).isEmpty();
      assertThat(livekit.await().failures()).isEmpty();
    }
  }

  private static final List<Shown> SHOWN = new ArrayList<>();

  /** What one expression gave while the calls went on. */
  private record Shown(ShownPanel panel, ShownPanel.Target target, JsonNode result) {}

  /** Asks every panel while the calls go on. */
  private static void draw() throws IOException, InterruptedException {
    BoardTables tables = new BoardTables();
    for (ShownPanel panel : ShownPanel.all(GRAFANA.resolve("dashboards"))) {
      tables.panel(panel);
      for (ShownPanel.Target target : panel.targets()) {
        JsonNode result;
        try {
          result = prometheus.query(target.expression());
        } catch (IOException e) {
          throw new AssertionError(panel.title() + ": " + target.expression(), e);
        }
        SHOWN.add(new Shown(panel, target, result));
        tables.values(panel, target, result);
      }
      tables.end(panel);
    }
    tables.write(ROOT.resolve("load-tests/target/dashboards"));
  }

  @AfterAll
  static void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (relay != null) {
      relay.close();
    }
  }

  private static LoadRun start(String name, Target target, LoadOptions options) throws Exception {
    List<Consultation> rooms = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<Leg> who = List.of(new Leg("p0", 0, true, true), new Leg("p1", 0, true, true));
      rooms.add(
          new Consultation(i, name + i, i * SECOND / 10, (CALL_SECONDS + 20) * SECOND, who, false));
    }
    return LoadRun.start(rooms, target, options);
  }

  private static Target whip() {
    return target(new Target.Whip(relay.door("/whip/v1"), relay.door("/whep/v1")));
  }

  private static Target liveKit() {
    return target(new Target.LiveKit(URI.create(relay.door("").toString().replace("http", "ws"))));
  }

  private static Target target(Target.Entrance entrance) {
    TokenIssuer tokens = new TokenIssuer("devkey", "secret", InstantSource.system());
    return new Target(
        entrance,
        (room, identity) -> tokens.issue(Grants.join(identity, room), Duration.ofHours(1)),
        null,
        -1);
  }

  /** Or its pauses would have no figures yet, in a process so young. */
  private static void collectGarbage() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    new ProcessBuilder(jcmd.toString(), Long.toString(relay.processId()), "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void everyPanelShowsSomething() {
    assertThat(SHOWN).hasSizeGreaterThan(60);
    List<String> empty =
        SHOWN.stream()
            .filter(shown -> !WITHOUT_VALUE.contains(shown.panel().title()))
            .filter(shown ->
                shown
                    .result()
                    .valueStream()
                    .allMatch(series -> Double.isNaN(BoardTables.number(series))))
            .map(shown ->
                shown.panel().board()
                    + ", "
                    + shown.panel().title()
                    + ": "
                    + shown.target().expression()
                    + " -> "
                    + shown.result())
            .toList();
    assertThat(empty).isEmpty();
  }

  @Test
  void callsThatGoWellLookLikeIt() {
    assertThat(value("Joins that succeed")).isEqualTo(1);
    assertThat(value("People in calls")).isEqualTo(12);
    assertThat(value("Relays that answer")).isEqualTo(1);
    assertThat(value("Videos")).isGreaterThanOrEqualTo(12);
    assertThat(value("Room left")).isBetween(0.5, 1.0);
    assertThat(value("Packets lost")).isBetween(0.001, 0.1);
  }

  private static double value(String title) {
    return SHOWN.stream()
        .filter(shown -> shown.panel().title().equals(title))
        .mapToDouble(shown -> BoardTables.number(shown.result().get(0)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyMetricOfTheAlertRulesExistsAndNoneFires() throws Exception {
    List<JsonNode> rules = prometheus.rules();
    assertThat(rules).hasSizeGreaterThan(20);
    Set<String> missing = new TreeSet<>();
    for (JsonNode rule : rules) {
      assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok");
      assertThat(rule.get("state").asText()).as(rule.toString()).isNotEqualTo("firing");
      for (String metric : metrics(rule.get("query").asText())) {
        if (prometheus.query("count(" + metric + ")").isEmpty()) {
          missing.add(metric);
        }
      }
    }
    assertThat(CONDITIONAL).containsAll(missing);
    assertThat(Files.readString(ROOT.resolve("docs/metrics.md"))).contains(CONDITIONAL);
  }

  private static Set<String> metrics(String expression) {
    return METRIC
        .matcher(expression)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toSet());
  }

  @Test
  void everyAlertHasARunbook() throws Exception {
    for (JsonNode rule : prometheus.rules()) {
      String name = rule.get("name").asText();
      JsonNode annotations = rule.get("annotations");
      assertThat(annotations.get("summary").asText()).as(name).isNotBlank();
      assertThat(annotations.get("description").asText()).as(name).isNotBlank();
      assertThat(rule.get("labels").get("severity").asText()).isIn("critical", "warning");
      String book = annotations.get("runbook_url").asText();
      int anchor = book.indexOf('#');
      assertThat(book.substring(anchor + 1)).isEqualTo(name.toLowerCase(java.util.Locale.ROOT));
      String text = Files.readString(ROOT.resolve(book.substring(0, anchor)));
      String section = text.substring(text.indexOf("## " + name + "\n"));
      assertThat(section).as(name).contains("**Means**", "**See it**", "**Do**");
    }
  }

  @Test
  void theRulesPassTheirTests() throws Exception {
    assertThat(RealPrometheus.promtool(GRAFANA, "check", "rules", "alerts.yml")).isEmpty();
    assertThat(RealPrometheus.promtool(GRAFANA, "test", "rules", "alerts.test.yml")).isEmpty();
    assertThat(RealPrometheus.promtool(GRAFANA, "check", "config", "prometheus.yml")).isEmpty();
  }
}
