package org.consultrelay.relay.grafana;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * One panel of a board. In expressions {@code I} within braces stands for the choice of instances
 * and {@code [R]} for the range that suits the resolution.
 */
final class Panel {
  /** Steps of a threshold: green, then from {@code warn} on orange, from {@code bad} on red. */
  private record Limits(double warn, double bad) {}

  private record Target(String legend, String expression) {}

  private final String title;
  private final String description;
  private final String unit;
  private final boolean stat;
  private final List<Target> targets = new ArrayList<>();
  private Limits limits = new Limits(Double.NaN, Double.NaN);
  private double least = Double.NaN;
  private double most = Double.NaN;
  private boolean stacked;
  private String board = "";

  private Panel(String title, String unit, String description, boolean stat) {
    this.title = title;
    this.unit = unit;
    this.description = description;
    this.stat = stat;
  }

  /** One number, large. */
  static Panel number(String title, String unit, String description) {
    return new Panel(title, unit, description, true);
  }

  /** Lines over time, from zero. */
  static Panel lines(String title, String unit, String description) {
    return new Panel(title, unit, description, false).from(0);
  }

  Panel query(String legend, String expression) {
    targets.add(
        new Target(
            legend,
            expression
                .replace("{I", "{instance=~\"$instance\"")
                .replace("[R]", "[$__rate_interval]")));
    return this;
  }

  /** Turns orange and red upwards, or downwards where {@code bad} is less than {@code warn}. */
  Panel limits(double warn, double bad) {
    limits = new Limits(warn, bad);
    return this;
  }

  Panel from(double value) {
    least = value;
    return this;
  }

  Panel to(double value) {
    most = value;
    return this;
  }

  Panel stacked() {
    stacked = true;
    return this;
  }

  /** Where to look next. */
  Panel next(String uid) {
    board = uid;
    return this;
  }

  boolean isStat() {
    return stat;
  }

  JsonObject json(int id, JsonObject position) {
    JsonObject defaults = new JsonObject().put("unit", unit).put("thresholds", thresholds());
    if (!Double.isNaN(least)) {
      defaults.put("min", least);
    }
    if (!Double.isNaN(most)) {
      defaults.put("max", most);
    }
    JsonObject json =
        new JsonObject()
            .put("id", id)
            .put("type", stat ? "stat" : "timeseries")
            .put("title", title)
            .put("description", description)
            .put("datasource", Boards.source())
            .put("gridPos", position)
            .put("targets", targets());
    if (stat) {
      defaults.put("color", new JsonObject().put("mode", "thresholds"));
      json.put(
          "options",
          new JsonObject()
              .put("colorMode", hasLimits() ? "background" : "value")
              .put("graphMode", "area")
              .put(
                  "reduceOptions",
                  new JsonObject().put("calcs", new JsonArray().add("lastNotNull"))));
    } else {
      defaults.put("custom", custom());
      json.put("options", legendAndTooltip());
    }
    if (!board.isEmpty()) {
      json.put("links", new JsonArray().add(Boards.link("More: " + board, board)));
    }
    return json.put(
        "fieldConfig",
        new JsonObject().put("defaults", defaults).put("overrides", new JsonArray()));
  }

  private boolean hasLimits() {
    return !Double.isNaN(limits.bad);
  }

  private JsonObject custom() {
    JsonObject custom =
        new JsonObject()
            .put("drawStyle", "line")
            .put("lineWidth", 1)
            .put("fillOpacity", stacked ? 30 : 8)
            .put("showPoints", "never");
    if (stacked) {
      custom.put("stacking", new JsonObject().put("mode", "normal").put("group", "A"));
    }
    if (hasLimits()) {
      custom.put("thresholdsStyle", new JsonObject().put("mode", "line"));
    }
    return custom;
  }

  private static JsonObject legendAndTooltip() {
    return new JsonObject()
        .put(
            "legend",
            new JsonObject()
                .put("displayMode", "table")
                .put("placement", "bottom")
                .put("showLegend", true)
                .put("sortBy", "Max")
                .put("sortDesc", true)
                .put("calcs", new JsonArray().add("lastNotNull").add("max")))
        .put("tooltip", new JsonObject().put("mode", "multi").put("sort", "desc"));
  }

  private JsonArray targets() {
    JsonArray all = new JsonArray();
    char id = 'A';
    for (Target each : targets) {
      all.add(
          new JsonObject()
              .put("refId", String.valueOf(id++))
              .put("datasource", Boards.source())
              .put("expr", each.expression)
              .put("legendFormat", each.legend));
    }
    return all;
  }

  private JsonObject thresholds() {
    JsonArray steps = new JsonArray();
    if (!hasLimits()) {
      steps.add(step("green", Double.NaN));
    } else if (limits.bad >= limits.warn) {
      steps.add(step("green", Double.NaN));
      if (limits.bad > limits.warn) {
        steps.add(step("orange", limits.warn));
      }
      steps.add(step("red", limits.bad));
    } else {
      steps.add(step("red", Double.NaN));
      steps.add(step("orange", limits.bad));
      steps.add(step("green", limits.warn));
    }
    return new JsonObject().put("mode", "absolute").put("steps", steps);
  }

  /** A colour from a value on; the first has none. */
  private static JsonObject step(String colour, double from) {
    JsonObject step = new JsonObject().put("color", colour);
    return Double.isNaN(from) ? step.putNull("value") : step.put("value", from);
  }
}
