package org.consultrelay.load.boards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A panel of a committed board.
 *
 * @param board the title of its board
 * @param uid its board's name
 * @param title of the panel
 * @param description of the panel
 * @param unit as Grafana calls it
 * @param steps where colours begin: {@code color} and {@code value}
 * @param targets its expressions: {@code expr} and {@code legendFormat}
 */
record ShownPanel(
    String board,
    String uid,
    String title,
    String description,
    String unit,
    JsonNode steps,
    List<Target> targets) {

  /** One expression, with what Grafana fills in filled in. */
  record Target(String expression, String legend) {}

  static List<ShownPanel> all(Path dashboards) throws IOException {
    List<ShownPanel> panels = new ArrayList<>();
    try (Stream<Path> files = Files.list(dashboards)) {
      files.sorted().forEach(file -> read(file, panels));
    }
    return panels;
  }

  private static void read(Path file, List<ShownPanel> into) {
    JsonNode board;
    try {
      board = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (JsonNode panel : board.get("panels")) {
      List<Target> targets = new ArrayList<>();
      for (JsonNode target : panel.get("targets")) {
        String expression =
            target
                .get("expr")
                .asText()
                .replace("$__rate_interval", "10s")
                .replace("$instance", ".*");
        targets.add(new Target(expression, target.get("legendFormat").asText()));
      }
      JsonNode defaults = panel.get("fieldConfig").get("defaults");
      into.add(
          new ShownPanel(
              board.get("title").asText(),
              board.get("uid").asText(),
              panel.get("title").asText(),
              panel.get("description").asText(),
              defaults.get("unit").asText(),
              defaults.get("thresholds").get("steps"),
              targets));
    }
  }

  /** The colour of a value. */
  String colour(double value) {
    String colour = "";
    for (JsonNode step : steps) {
      if (step.get("value").isNull() || value >= step.get("value").asDouble()) {
        colour = step.get("color").asText();
      }
    }
    return colour;
  }

  /** A value as a person reads it. */
  String shown(double value) {
    if (Double.isNaN(value)) {
      return "no value";
    }
    return switch (unit) {
      case "percentunit" -> String.format("%.2f %%", 100 * value);
      case "s" ->
          value < 0.001
              ? String.format("%.0f µs", value * 1e6)
              : value < 1 ? String.format("%.1f ms", value * 1e3) : String.format("%.2f s", value);
      case "bps" -> scaled(value, 1_000, "bit/s");
      case "Bps" -> scaled(value, 1_000, "B/s");
      case "bytes" -> scaled(value, 1_024, "B");
      case "ops" -> String.format("%.2f /s", value);
      case "pps" -> String.format("%.1f packets/s", value);
      default ->
          value == Math.rint(value) ? String.format("%.0f", value) : String.format("%.2f", value);
    };
  }

  private static String scaled(double value, double thousand, String unit) {
    double rest = value;
    int power = 0;
    while (Math.abs(rest) >= thousand && power < 4) {
      rest /= thousand;
      power++;
    }
    return String.format("%.1f %s%s", rest, List.of("", "k", "M", "G", "T").get(power), unit);
  }
}
