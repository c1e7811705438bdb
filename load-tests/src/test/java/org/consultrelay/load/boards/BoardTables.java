package org.consultrelay.load.boards;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Boards as plain pages of tables, for whoever has no Grafana at hand. */
final class BoardTables {
  private static final String HEAD =
      """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><title>TITLE</title><style>
      body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;\
      color:#1c2330}h1{font-size:1.5rem}section{border:1px solid #ccd3dd;border-radius:6px;\
      padding:.6rem 1rem;margin:1rem 0}h2{font-size:1.05rem;margin:.2rem 0}p{margin:.2rem 0;\
      color:#46505f}code{font-size:.8rem;overflow-wrap:anywhere;color:#46505f}\
      table{border-collapse:collapse;width:100%;margin-top:.4rem}td,th{text-align:left;\
      padding:.25rem .6rem .25rem 0;border-top:1px solid #e6eaf0;vertical-align:top}\
      td.value{white-space:nowrap;font-variant-numeric:tabular-nums;font-weight:600}\
      .green{color:#186a3b}.orange{color:#9c5700}.red{color:#b3261e}nav a{margin-right:1rem}\
      </style></head><body><nav>LINKS</nav><h1>TITLE</h1>
      """;

  private final Map<String, String> titles = new LinkedHashMap<>();
  private final Map<String, StringBuilder> pages = new LinkedHashMap<>();

  /** Begins a panel. */
  void panel(ShownPanel panel) {
    titles.put(panel.uid(), panel.board());
    page(panel)
        .append("<section><h2>")
        .append(escaped(panel.title()))
        .append("</h2><p>")
        .append(escaped(panel.description()))
        .append("</p><table><tr><th>series</th><th>now</th><th>expression</th></tr>\n");
  }

  /** A line for each series of one of its expressions. */
  void values(ShownPanel panel, ShownPanel.Target target, JsonNode result) {
    String expression = "<code>" + escaped(target.expression()) + "</code>";
    for (JsonNode series : result) {
      double value = number(series);
      page(panel)
          .append("<tr><td>")
          .append(escaped(legend(target.legend(), series.get("metric"))))
          .append("</td><td class=\"value ")
          .append(Double.isNaN(value) ? "" : panel.colour(value))
          .append("\">")
          .append(escaped(panel.shown(value)))
          .append("</td><td>")
          .append(expression)
          .append("</td></tr>\n");
      expression = "";
    }
  }

  /** Ends a panel. */
  void end(ShownPanel panel) {
    page(panel).append("</table></section>\n");
  }

  /** Prometheus writes numbers that JSON does not know. */
  static double number(JsonNode series) {
    String text = series.get("value").get(1).asText();
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    StringBuilder links = new StringBuilder();
    titles.forEach((uid, title) ->
        links.append("<a href=\"").append(uid).append(".html\">").append(title).append("</a> "));
    for (Map.Entry<String, StringBuilder> page : pages.entrySet()) {
      Files.writeString(
          directory.resolve(page.getKey() + ".html"),
          HEAD.replace("TITLE", titles.getOrDefault(page.getKey(), "")).replace("LINKS", links)
              + page.getValue()
              + "</body></html>\n");
    }
  }

  private StringBuilder page(ShownPanel panel) {
    return pages.computeIfAbsent(panel.uid(), _ -> new StringBuilder());
  }

  private static String legend(String format, JsonNode labels) {
    String text = format;
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      text = text.replace("{{" + label.getKey() + "}}", label.getValue().asText());
    }
    return text;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
