package org.consultrelay.relay.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.relay.CommittedFile;
import org.junit.jupiter.api.Test;

/** The committed boards are those of the code, and hold together. */
class BoardsTest {
  private static final Pattern LINK = Pattern.compile("/d/([a-z-]+)\\?.*");
  private static final Set<String> UNITS =
      Set.of("none", "percentunit", "s", "ops", "pps", "Bps", "bps", "bytes");

  @Test
  void theCommittedOnesAreUpToDate() throws IOException {
    for (Board board : Boards.all()) {
      CommittedFile.check(
          "grafana/dashboards/" + board.uid() + ".json", board.json(), BoardsTest.class);
    }
  }

  @Test
  void everyPanelSaysWhatItShowsAndInWhichUnit() {
    Set<String> titles = new HashSet<>();
    for (Board board : Boards.all()) {
      JsonObject json = new JsonObject(board.json());
      assertThat(titles.add(json.getString("title"))).isTrue();
      assertThat(json.getString("description")).isNotBlank();
      assertThat(board.panels()).hasSizeBetween(8, 16);
      Set<Integer> ids = new HashSet<>();
      Set<String> places = new HashSet<>();
      for (JsonObject panel : panels(json)) {
        String title = panel.getString("title");
        assertThat(ids.add(panel.getInteger("id"))).as(title).isTrue();
        assertThat(places.add(panel.getJsonObject("gridPos").encode())).as(title).isTrue();
        assertThat(panel.getString("description")).as(title).hasSizeGreaterThan(15).endsWith(".");
        assertThat(panel.getJsonObject("fieldConfig").getJsonObject("defaults").getString("unit"))
            .as(title)
            .isIn(UNITS);
        assertThat(panel.getJsonArray("targets")).as(title).isNotEmpty();
        assertThat(panel.getJsonObject("datasource").getString("uid")).isEqualTo(Boards.SOURCE);
      }
    }
  }

  @Test
  void everyExpressionKeepsToTheChosenRelays() {
    for (Board board : Boards.all()) {
      for (JsonObject panel : panels(new JsonObject(board.json()))) {
        for (JsonObject target : objects(panel.getJsonArray("targets"))) {
          String expression = target.getString("expr");
          Matcher selectors =
              Pattern.compile("\\b(relay|jvm|process)_[a-z0-9_]+(\\{[^}]*})?").matcher(expression);
          while (selectors.find()) {
            assertThat(selectors.group(2)).as(expression).contains("instance=~\"$instance\"");
          }
          assertThat(target.getString("legendFormat")).as(expression).isNotBlank();
        }
      }
    }
  }

  @Test
  void linksLeadToBoardsThatExist() {
    Set<String> known = new HashSet<>();
    Boards.all().forEach(board -> known.add(board.uid()));
    for (Board board : Boards.all()) {
      JsonObject json = new JsonObject(board.json());
      List<JsonObject> links = objects(json.getJsonArray("links"));
      assertThat(links).hasSize(known.size() - 1);
      for (JsonObject panel : panels(json)) {
        links.addAll(objects(panel.getJsonArray("links", new JsonArray())));
      }
      for (JsonObject link : links) {
        Matcher url = LINK.matcher(link.getString("url"));
        assertThat(url.matches()).as(link.encode()).isTrue();
        assertThat(known).contains(url.group(1));
      }
    }
  }

  @Test
  void theDataSourceThatBoardsAskIsTheOneThatIsProvisioned() throws IOException {
    Path provisioning = CommittedFile.root().resolve("grafana/provisioning");
    assertThat(Files.readString(provisioning.resolve("datasources/prometheus.yml")))
        .contains("uid: " + Boards.SOURCE + "\n");
  }

  private static List<JsonObject> panels(JsonObject board) {
    return objects(board.getJsonArray("panels"));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return new java.util.ArrayList<>(array.stream().map(JsonObject.class::cast).toList());
  }
}
