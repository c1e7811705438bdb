package org.consultrelay.relay.grafana;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One dashboard: numbers in a row on top, then lines, two beside each other.
 *
 * @param uid its name in links, and that of its file
 * @param title what people read
 * @param description whom it is for
 * @param panels in reading order
 */
record Board(String uid, String title, String description, List<Panel> panels) {
  private static final int WIDTH = 24;
  private static final int NUMBER_HEIGHT = 4;
  private static final int LINES_HEIGHT = 8;
  private static final int SCHEMA = 39;

  String json() {
    return new JsonObject()
            .put("uid", uid)
            .put("title", "Consult Relay: " + title)
            .put("description", description)
            .put("tags", new JsonArray().add(Boards.TAG))
            .put("schemaVersion", SCHEMA)
            .put("version", 1)
            .put("editable", false)
            .put("graphTooltip", 1)
            .put("refresh", "10s")
            .put("time", new JsonObject().put("from", "now-1h").put("to", "now"))
            .put("timezone", "browser")
            .put("templating", new JsonObject().put("list", new JsonArray().add(instance())))
            .put("annotations", new JsonObject().put("list", new JsonArray().add(restarts())))
            .put("links", links())
            .put("panels", placed())
            .encodePrettily()
        + "\n";
  }

  private static JsonObject instance() {
    JsonObject query =
        new JsonObject()
            .put("query", "label_values(relay_build_info, instance)")
            .put("refId", "instances");
    return new JsonObject()
        .put("name", "instance")
        .put("label", "Relay")
        .put("type", "query")
        .put("datasource", Boards.source())
        .put("query", query)
        .put("refresh", 2)
        .put("sort", 1)
        .put("multi", true)
        .put("includeAll", true)
        .put("allValue", ".*")
        .put(
            "current",
            new JsonObject().put("selected", true).put("text", "All").put("value", "$__all"));
  }

  /** A relay that was started anew explains much. */
  private static JsonObject restarts() {
    return new JsonObject()
        .put("name", "Started")
        .put("datasource", Boards.source())
        .put("enable", true)
        .put("iconColor", "blue")
        .put(
            "expr",
            "changes(process_start_time_seconds{job=\"relay\",instance=~\"$instance\"}[1m]) > 0")
        .put("titleFormat", "{{instance}} was started");
  }

  private JsonArray links() {
    JsonArray links = new JsonArray();
    for (Board other : Boards.all()) {
      if (!other.uid.equals(uid)) {
        links.add(Boards.link(other.title, other.uid));
      }
    }
    return links;
  }

  private JsonArray placed() {
    JsonArray placed = new JsonArray();
    int numbers = (int) panels.stream().filter(Panel::isStat).count();
    int width = numbers == 0 ? 0 : WIDTH / numbers;
    int lines = 0;
    int top = numbers == 0 ? 0 : NUMBER_HEIGHT;
    int id = 1;
    int number = 0;
    for (Panel panel : panels) {
      JsonObject at;
      if (panel.isStat()) {
        at = position(number++ * width, 0, width, NUMBER_HEIGHT);
      } else {
        int x = lines % 2 * (WIDTH / 2);
        at = position(x, top + lines / 2 * LINES_HEIGHT, WIDTH / 2, LINES_HEIGHT);
        lines++;
      }
      placed.add(panel.json(id++, at));
    }
    return placed;
  }

  private static JsonObject position(int x, int y, int width, int height) {
    return new JsonObject().put("x", x).put("y", y).put("w", width).put("h", height);
  }
}
