package org.consultrelay.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.consultrelay.load.run.RunResult;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class ReportTest {
  private static Report report(RunResult result, String... expectations) {
    return new Report(
        "morning",
        Instant.parse("2020-03-23T09:00:00Z"),
        Map.of("Profile", "</script><b>", "Relay", "here & now"),
        2,
        result,
        List.of(expectations).stream().map(Expectation::parse).map(e -> e.check(result)).toList());
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    String html = ReportHtml.of(report(CannedResult.good(), "loss<0.1%"));
    assertThat(html).doesNotContain("{{").doesNotContain("src=").doesNotContain("@import");
    Matcher links = Pattern.compile("(?:href|url)\\s*[=(]\\s*[\"']?(?!#)\\S+").matcher(html);
    assertThat(links.results().map(match -> match.group()).toList()).isEmpty();
    assertThat(html).contains("uPlot=function").contains("As expected");
  }

  @Test
  void textsCannotBecomeMarkup() {
    String html = ReportHtml.of(report(CannedResult.good()));
    assertThat(html).contains("&lt;/script&gt;&lt;b&gt;").contains("here &amp; now");
    String data =
        html.substring(
            html.indexOf("id=\"data\">"), html.indexOf("<script>", html.indexOf("id=\"data\">")));
    assertThat(data.substring(10, data.lastIndexOf("</script>"))).doesNotContain("<");
  }

  @Test
  void thePictureIsWellFormedAndHasItsCurves() throws Exception {
    String svg = ReportSvg.of(report(CannedResult.good()));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getTextContent()).contains("</script><b>");
    NodeList curves = document.getElementsByTagName("polyline");
    assertThat(curves.getLength()).isEqualTo(9);
    for (int i = 0; i < curves.getLength(); i++) {
      String points = curves.item(i).getAttributes().getNamedItem("points").getNodeValue();
      assertThat(points.strip().split(" ")).hasSize(20);
    }
    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void theVerdictIsThatOfTheExpectations() {
    assertThat(ReportHtml.of(report(CannedResult.good()))).contains("What happened");
    Report missed = report(CannedResult.good(), "loss<0.1%", "join.p99<1s", "latency.p99<1us");
    assertThat(missed.met()).isFalse();
    assertThat(ReportHtml.of(missed)).contains("2 of 3 expectations missed");
  }

  @Test
  void whatSpeaksAgainstTheFiguresIsSaid() {
    assertThat(report(CannedResult.good()).remarks()).isEmpty();
    List<String> remarks =
        report(CannedResult.with(Map.of("join: HTTP 503", 3), 0, 41, 25_000)).remarks();
    assertThat(remarks).anyMatch(each -> each.contains("The tester itself was late"));
    assertThat(remarks).anyMatch(each -> each.contains("own sockets lost 41 packets"));
    assertThat(remarks).anyMatch(each -> each.equals("3 times: join: HTTP 503."));
  }

  @Test
  void programsGetTheSameFigures() throws Exception {
    JsonNode json =
        new ObjectMapper()
            .readTree(ReportJson.of(report(CannedResult.good(), "join.p99<1s")).toString());
    assertThat(json.path("schema").asText()).isEqualTo("consult-relay-load-report/1");
    assertThat(json.path("met").asBoolean(true)).isFalse();
    assertThat(json.path("figures").path("join.success").asDouble()).isEqualTo(1);
    assertThat(json.path("figures").path("loss").asDouble(1)).isZero();
    assertThat(json.path("expectations").get(0).path("met").asBoolean(true)).isFalse();
    assertThat(json.path("intervals").path("second")).hasSize(20);
    assertThat(json.path("intervals").path("serverCpu").get(0).isNull()).isTrue();
    assertThat(json.path("intervals").path("serverCpu").get(5).asDouble()).isEqualTo(0.5);
    assertThat(json.path("distributionsMillis").path("join").path("max").asDouble())
        .isBetween(1_899.0, 1_902.0);
  }

  @Test
  void theTerminalGetsTheSameFigures() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ReportText.print(
        report(CannedResult.good(), "loss<0.1%", "join.p99<1s"),
        new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("200 of 200 participants came in")
        .contains("met     loss<0.1%")
        .contains("MISSED  join.p99<1s");
  }
}
