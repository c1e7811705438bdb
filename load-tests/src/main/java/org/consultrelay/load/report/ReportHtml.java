package org.consultrelay.load.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.consultrelay.load.peer.StreamTotals;
import org.consultrelay.load.run.RunResult;

/** A report for people: one page with all that it needs inside, charts included. */
public final class ReportHtml {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-zA-Z.]+)}}");
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm:ss 'UTC'", Locale.UK)
          .withZone(ZoneOffset.UTC);
  private static final List<Figure> CARDS =
      List.of(
          Figure.JOIN_SUCCESS,
          Figure.JOIN_P99,
          Figure.FIRST_AUDIO_P99,
          Figure.FIRST_FRAME_P99,
          Figure.LOSS,
          Figure.LATENCY_P99,
          Figure.SERVER_COST,
          Figure.LATENESS_P99);

  private ReportHtml() {}

  /** Writes it. */
  public static String of(Report report) {
    Map<String, String> places =
        Map.ofEntries(
            Map.entry("title", text(report.title())),
            Map.entry("when", text(WHEN.format(report.begun()))),
            Map.entry("verdict", text(report.verdict())),
            Map.entry("verdictTitle", verdictTitle(report)),
            Map.entry("verdictClass", verdictClass(report)),
            Map.entry("remarks", remarks(report)),
            Map.entry("cards", cards(report)),
            Map.entry("expectations", expectations(report)),
            Map.entry("distributions", distributions(report.result())),
            Map.entry("packets", packets(report.result())),
            Map.entry("settings", rows(report.settings())),
            // A text in the data must not end the script that it stands in.
            Map.entry("data", ReportJson.of(report).toString().replace("<", "\\u003c")),
            Map.entry("uplot.css", resource(UPLOT + "uPlot.min.css")),
            Map.entry("uplot.js", resource(UPLOT + "uPlot.iife.min.js")),
            Map.entry("report.css", resource("/report/report.css")),
            Map.entry("report.js", resource("/report/report.js")));
    return PLACE
        .matcher(resource("/report/report.html"))
        .replaceAll(match -> {
          String value = places.get(match.group(1));
          if (value == null) {
            throw new IllegalStateException("nothing to put at " + match.group(1));
          }
          return Matcher.quoteReplacement(value);
        });
  }

  private static String verdictTitle(Report report) {
    if (report.outcomes().isEmpty()) {
      return "What happened";
    }
    long missed = report.outcomes().stream().filter(outcome -> !outcome.met()).count();
    return missed == 0
        ? "As expected"
        : missed + " of " + report.outcomes().size() + " expectations missed";
  }

  private static String verdictClass(Report report) {
    return report.outcomes().isEmpty() ? "open" : report.met() ? "good" : "bad";
  }

  private static String remarks(Report report) {
    List<String> remarks = report.remarks();
    if (remarks.isEmpty()) {
      return "";
    }
    StringBuilder html =
        new StringBuilder("<section class=\"remarks\" aria-labelledby=\"remarks\">")
            .append("<h2 id=\"remarks\">Before you believe it</h2><ul>");
    for (String remark : remarks) {
      html.append("<li>").append(text(remark)).append("</li>");
    }
    return html.append("</ul></section>").toString();
  }

  private static String cards(Report report) {
    StringBuilder html = new StringBuilder();
    for (Figure figure : CARDS) {
      html.append("<div><dt>")
          .append(text(spoken(figure)))
          .append("</dt><dd>")
          .append(text(figure.format(figure.of(report.result()))))
          .append("<small>")
          .append(text(figure.label()))
          .append("</small></dd></div>");
    }
    return html.toString();
  }

  private static String spoken(Figure figure) {
    return switch (figure) {
      case JOIN_SUCCESS -> "Came in";
      case JOIN_P99 -> "99 % came in within";
      case FIRST_AUDIO_P99 -> "99 % heard within";
      case FIRST_FRAME_P99 -> "99 % saw within";
      case LOSS -> "Packets lost";
      case LATENCY_P99 -> "99 % of packets within";
      case SERVER_COST -> "Relay's CPU per packet";
      case LATENESS_P99 -> "Tester late by (99 %)";
      default -> figure.label();
    };
  }

  private static String expectations(Report report) {
    if (report.outcomes().isEmpty()) {
      return "";
    }
    StringBuilder html =
        new StringBuilder("<section aria-labelledby=\"expected\"><h2 id=\"expected\">")
            .append("What was expected</h2><div class=\"scroll\"><table><thead><tr>")
            .append("<th scope=\"col\">Expected</th><th scope=\"col\">Seen</th>")
            .append("<th scope=\"col\">Met</th></tr></thead><tbody>");
    for (Expectation.Outcome outcome : report.outcomes()) {
      html.append("<tr><td>")
          .append(text(outcome.expectation().text()))
          .append("</td><td>")
          .append(text(outcome.seen()))
          .append(outcome.met() ? "</td><td class=\"met\">yes" : "</td><td class=\"missed\">no")
          .append("</td></tr>");
    }
    return html.append("</tbody></table></div></section>").toString();
  }

  private static String distributions(RunResult result) {
    return distribution("Joining", result.join())
        + distribution("Hearing somebody", result.firstAudio())
        + distribution("Seeing somebody", result.firstKeyFrame())
        + distribution("Packets, from sending", result.latency())
        + distribution("Packets, from when they were due", result.corrected())
        + distribution("The tester's own delay", result.lateness());
  }

  private static String distribution(String name, Histogram histogram) {
    StringBuilder html = new StringBuilder("<tr><th scope=\"row\">" + name + "</th>");
    html.append(cell(String.format(Locale.ROOT, "%,d", histogram.getTotalCount())));
    for (double percentile : new double[] {50, 95, 99, 100}) {
      html.append(
          cell(
              histogram.getTotalCount() == 0
                  ? "–"
                  : String.format(
                      Locale.ROOT, "%,.2f", histogram.getValueAtPercentile(percentile) / 1e3)));
    }
    return html.append("</tr>").toString();
  }

  private static String cell(String text) {
    return "<td>" + text + "</td>";
  }

  private static String packets(RunResult result) {
    StreamTotals totals = result.totals();
    RunResult.Traffic traffic = result.traffic();
    return row("Packets sent", traffic.sent())
        + row("Packets that ought to have come", totals.expected())
        + row("Did not come by themselves", totals.lostOnNetwork())
        + row("… of which retransmission brought", totals.repaired())
        + row("… of which never came", totals.lost())
        + row("… because their stream stopped or never came", totals.neverCame())
        + row("Streams of which nothing came", totals.silentStreams())
        + row("Came twice", result.duplicates())
        + row("From the wrong person", totals.wrongPublisher())
        + row("Damaged or undecipherable", totals.damaged() + traffic.undecipherable())
        + row("Came after a later one", totals.reordered())
        + row("Left out by the relay on purpose", totals.leftOut())
        + row("Key frames asked for by receivers", traffic.keyFrameRequestsSent())
        + row("Key frames asked for by the relay", traffic.keyFrameRequestsReceived())
        + row("Connections that ended by themselves", result.dropouts());
  }

  private static String row(String name, long value) {
    return "<tr><th scope=\"row\">"
        + name
        + "</th>"
        + cell(String.format(Locale.ROOT, "%,d", value))
        + "</tr>";
  }

  private static String rows(Map<String, String> pairs) {
    StringBuilder html = new StringBuilder();
    pairs.forEach((name, value) ->
        html.append("<tr><th scope=\"row\">")
            .append(text(name))
            .append("</th><td>")
            .append(text(value))
            .append("</td></tr>"));
    return html.toString();
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String path) {
    try (InputStream in = ReportHtml.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
